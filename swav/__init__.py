"""swav: the build system for films made with AI models.

The packages tell the story of a reel in order; each imports only from those before it:
storyboard -> prompts -> engines -> render -> speech -> music -> titles -> cut -> reel -> review.
"""

__version__ = "0.1.0"
