"""The animatic: shots that are not rendered yet, shown as designed panels that perform their camera move.

``camera`` and ``scene`` read words and stay light to import; ``panel`` and ``still`` make frames;
``samples`` makes the footage and the photographs that the shipped storyboards need.
"""
