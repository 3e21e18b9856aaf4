"""swav: the build system for films made with AI models.

The packages tell the story of a reel in order; each imports only from those before it:
storyboard -> prompts -> engines -> render -> speech -> music -> titles -> cut -> reel -> review.
"""

import os

from swav.arithmetic import hold

__version__ = "0.1.0"

# pydantic looks for plug-ins of its own in every installed package, and one whose metadata is damaged would
# end swav with a traceback. swav uses none.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

# onnxruntime, which speaks, listens and reads lettering, tells its makers that it is used (1.32 does): it has
# an id of this machine in the user's cache folder, and looks for a server of theirs.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

hold(os.environ)
