"""Speak the narration of a shot with an engine that has an environment of its own."""

from pathlib import Path

from swav.reel.command import run
from swav.reel.sounding import speak_in_environment
from swav.render.cards import card_ids

if __name__ == "__main__":
    run(speak_in_environment, __doc__, shot=True, options={"python": Path, "gpus": int, "cards": card_ids})
