"""Kokoro's synthesiser: StyleTTS 2 with an ISTFTNet vocoder, 82 million parameters in 8-bit integers.

Li et al., "StyleTTS 2: Towards Human-Level Text-to-Speech through Style Diffusion and Adversarial Training
with Large Speech Language Models", 2023; the weights are hexgrad's Kokoro-82M v1.0, exported to ONNX by
thewh1teagle's kokoro-onnx.
"""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import onnxruntime

from swav.errors import EngineError
from swav.helper import shared
from swav.speech.finish import trimmed
from swav.speech.voices.kokoro import network
from swav.speech.voices.kokoro.phonemes import SYMBOLS, sentences
from swav.speech.voices.kokoro.voice_files import MODEL_PARTS, VOICES, missing

SAMPLE_RATE = 24000
LONGEST = 400
"""Symbols said in one breath. The model takes 510, but hexgrad's VOICES.md warns that it rushes over 400."""
_STYLES = 510  # a voice is one style vector for every length of passage
_STYLE_SIZE = 256
_THREADS = 2
_PREPARED = "kokoro.onnx"
_PASSAGE_PAUSE = 0.3  # seconds

_CLAUSE_END = re.compile(r"(?<=[,;:—…])\s+")


def synthesise(text: str, *, speaker: str, speed: float) -> tuple[np.ndarray, int]:
    """Speech as float32 mono in [-1, 1], and its sample rate. ``speed`` 1 is the voice's natural pace.

    Kokoro has no chance in it: the same words are always said alike, and there is no other reading to seed.
    Raises EngineError where the weights are not installed.
    """
    if missing():
        raise EngineError(missing())
    session = _session()
    styles = _styles(speaker)
    pause = np.zeros(int(_PASSAGE_PAUSE * SAMPLE_RATE / speed), np.float32)
    parts = []
    for passage in passages(sentences(text, VOICES[speaker].language)):
        numbers = [SYMBOLS[symbol] for symbol in passage]
        (audio,) = session.run(
            None,
            {
                "tokens": np.array([[0, *numbers, 0]], np.int64),
                "style": styles[len(numbers) - 1][None],
                "speed": np.array([speed], np.float32),
            },
        )
        parts += [trimmed(audio.ravel().astype(np.float32), SAMPLE_RATE), pause]
    return (np.concatenate(parts[:-1]) if parts else pause[:0]), SAMPLE_RATE


def passages(spoken: Iterable[str], longest: int = LONGEST) -> Iterator[str]:
    """Sentences joined into passages of at most ``longest`` symbols; a longer one is split.

    Kokoro speaks whole passages best: it carries the melody over a full stop, and is unsteady where it has
    only a word or two. A long sentence is split at a clause, else between words.
    """
    passage = ""
    for piece in _pieces(spoken, longest):
        if passage and len(passage) + 1 + len(piece) > longest:
            yield passage
            passage = piece
        else:
            passage = f"{passage} {piece}" if passage else piece
    if passage:
        yield passage


def _pieces(spoken: Iterable[str], longest: int) -> Iterator[str]:
    for sentence in spoken:
        if len(sentence) <= longest:
            yield sentence
            continue
        for clause in _CLAUSE_END.split(sentence):
            while len(clause) > longest:
                cut = clause.rfind(" ", 1, longest + 1)
                cut = cut if cut > 0 else longest
                yield clause[:cut].strip()
                clause = clause[cut:].strip()
            if clause:
                yield clause


@cache
def _session() -> onnxruntime.InferenceSession:
    """The model, loaded once in a process: it draws no random numbers, so no seed has to be set before."""
    file = shared.place(_PREPARED)
    if file is not None:
        with suppress(Exception):  # whatever onnxruntime says of a full disk: then nothing is shared
            if file.exists():
                return network.load(file, _options())
            with shared.beside(file) as partial:
                return network.prepare(_weights(), partial, _options(), keep=True)
    with _file_of_its_own() as nameless:
        return network.prepare(_weights(), nameless, _options(), keep=False)


def _options() -> onnxruntime.SessionOptions:
    options = network.quiet()
    # Any number of threads gives the same samples: they share out rows, and each sum is added by one of them.
    options.intra_op_num_threads = _THREADS
    # A thread that waits sleeps: spinning took a fifth of the processor time from what else runs.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


def _weights() -> list[Path]:
    return [part.file("part.bin") for part in MODEL_PARTS]


@contextmanager
def _file_of_its_own() -> Iterator[Path]:
    """A file in memory, which nobody else finds and which is gone afterwards (memfd_create(2))."""
    descriptor = os.memfd_create(_PREPARED)
    try:
        yield Path(f"/proc/self/fd/{descriptor}")
    finally:
        os.close(descriptor)


def _styles(speaker: str) -> np.ndarray:
    """A voice's style vectors, float32 of shape (510, 256): row n - 1 is for a passage of n symbols."""
    stored = (files("swav.speech") / "data" / "kokoro" / f"{speaker}.bin").read_bytes()
    return np.frombuffer(stored, "<f4").reshape(_STYLES, _STYLE_SIZE)
