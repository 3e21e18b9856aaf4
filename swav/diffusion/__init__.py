"""What any diffusion model needs to render, and nothing that is one model's own.

``facts``, ``placement``, ``costs``, ``plan`` and ``search`` choose where a model lives and how the work is
divided, without torch. ``parallel``, ``attention``, ``compiling`` and ``residency`` put it on the cards,
``resume`` remembers each step, ``phases`` measures. A model brings its networks, its lists of blocks and its
loop (``swav.engines``).
"""
