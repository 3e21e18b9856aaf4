"""Hand-off to editing programs, and back: the cut as a timeline, an edited timeline as a storyboard's edit.

``timeline`` lays the cut out as OpenTimelineIO has it, ``formats`` writes it, ``edited`` reads what comes
back and ``conform`` turns it into edits of the storyboard. ``shot_list`` reads and writes the team's tables.
"""
