"""The one place that knows where the files of a build lie.

The patterns serve the rules (as wildcards) and the cut (filled in), so that a move is one edit.
"""

SAMPLE = "{build}/samples/{name}"
SPEECH = "{build}/speech/{shot}-{key}.wav"
CLIP = "{build}/clips/{engine}/{shot}-{key}.mp4"
OVERLAY = "{build}/titles/{shot}-{key}.png"
SEGMENT = "{build}/segments/{shot}-{key}.mp4"
TRANSITION = "{build}/transitions/{shot}-{key}.mp4"
MUSIC = "{build}/music/{key}.wav"
MIX = "{build}/mix/{key}.wav"
CAPTIONS = "{build}/captions/{key}.srt"
REEL = "{build}/reels/{key}.mp4"
CUT = "{build}/cuts/{key}.json"

TAKE = "{build}/takes/{key}.mp4"
"""The store of takes, which Snakemake never sees and so never deletes: a clip is a link into it."""
STATE = "{build}/state/{key}"
MODELS = "{build}/models.json"
SOURCES = "{build}/sources.json"
DELIVERED = "{build}/delivered.json"
