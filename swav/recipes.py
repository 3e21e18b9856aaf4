"""Recipe numbers: how files are made, as part of their keys. One table for all that swav makes by itself.

A number is raised when code changes in a way that must make files anew; a cosmetic change leaves it alone.
Picture engines, voices, music players and programs of other environments each have a number of their own, in
their own file; samples have a ``version``.

``tests/test_recipes.py`` holds a small output of each beside its number, and fails where one changes without
the other.
"""

CHOICE = 1
"""Which of a shot's takes is shown: how verdicts are compared."""
EARLY = 1
"""Early looks at takes: what is measured of them, in which order they put the takes, and their sheet."""
NARRATION = 2
"""A spoken line, whoever speaks: how text is read aloud, and how the recording is trimmed and levelled."""
FIGURES = 1
"""How figures of other languages than English are put: of each line that this changes, and of no other."""
OVERLAY = 3
"""A picture of lettering: its design, layout and letters."""
RECORDED_LINE = 1
"""A line that somebody spoke: how its recording is trimmed and levelled."""
MOTION = 2
"""A take at the rate of the reel: how the frames between its own are made, and the encoding."""
FINISH = 1
"""A take brought to a larger size: how frames are cut into tiles, enlarged and joined."""
CONTINUATION = 1
"""A frame that one shot hands to another: which frame it is, and how two are compared."""
SEGMENT = 2
"""A shot's own stretch of the reel: lettering on the take, and the encoding."""
TRANSITION = 2
"""The passage between two shots: how they mix, and the encoding."""
MUSIC = 2
"""A bed of music, whoever plays: its level, and how it ends."""
STEMS = 2
"""The stems: how lines, effects and footage are laid, and how music makes room for them."""
MIX = 3
"""The mastered sound: loudness and limiter."""
RECOGNITION = 1
"""What was heard of one line: the recogniser, its words and their times."""
HEARD = 2
"""The file of what was heard of all lines of a reel: its form."""
CAPTIONS = 3
"""Subtitles: how lines are broken and timed, and the two files."""
BURNED = 1
"""A reel with its subtitles in the picture: how they are set and laid, and the encoding."""
REEL = 1
"""The finished reel: how pieces, sound, subtitles and chapters are joined."""
PROVENANCE = 1
"""What a film tells of its origin: the form of its manifest."""
TAKE_MEASUREMENT = 1
"""The numbers that are measured of a take."""
SEGMENT_MEASUREMENT = 1
"""The numbers that are measured of a segment."""
PICTURE_MEASUREMENT = 1
"""The numbers that are measured of a keyframe."""
STILLS = 1
"""The contact sheet of a film's keyframes."""
LINE_MEASUREMENT = 1
"""The numbers that are measured of a spoken line, and how many of its words were heard otherwise."""
REEL_MEASUREMENT = 3
"""The numbers that are measured of a reel and its subtitles."""
VERDICT = 1
"""The verdict on a shot: how its numbers and limits become findings."""
ADMISSION = 1
"""The reel's admission: what refuses it."""
MASTER = 1
"""A master for an editing program: its codecs."""
ONE_SHOT = 1
"""A shot as a film of its own."""
LOOK = 3
"""What a look at a media file sees before anything is built."""
ENVIRONMENT = 1
"""How the environment of an engine is made from its lock, and what is mended in it."""
