"""espeak-ng: formant speech for languages that have no better voice here."""

import subprocess
import sys

import numpy as np

from swav.errors import EngineError

SAMPLE_RATE = 22050  # of espeak-ng's own synthesiser
_NATURAL_RATE = 165  # words a minute; espeak-ng's own 175 is brisk for narration
_SLOWEST, _FASTEST = 80, 450  # the library's limits


def synthesise(text: str, *, language: str, speaker: str, speed: float, seed: int) -> tuple[np.ndarray, int]:
    """Speech as float32 mono in [-1, 1], and its sample rate.

    Each utterance has a process of its own: the library's oscillators remember the last one, even over
    espeak_Terminate, and the same words would differ. The text goes through a pipe. Raises EngineError.
    """
    name = language if speaker == "default" else f"{language}+{speaker}"
    words_per_minute = min(max(round(_NATURAL_RATE * speed), _SLOWEST), _FASTEST)
    done = subprocess.run(
        [sys.executable, "-m", "swav.speech.espeak_library", name, str(words_per_minute), str(seed % 2**31)],
        input=text.encode(),
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        reason = done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise EngineError(
            f"espeak-ng could not speak {name!r}: {reason[-1]}; reinstall piper-tts, which carries it"
        )
    return np.frombuffer(done.stdout, "<i2").astype(np.float32) / 32768, SAMPLE_RATE
