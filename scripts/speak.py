"""Speak the narration of a shot."""

from swav.reel.command import run
from swav.reel.sounding import speak_line

if __name__ == "__main__":
    run(speak_line, __doc__, shot=True)
