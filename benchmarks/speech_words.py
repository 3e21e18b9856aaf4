"""How well the default voices are understood: ``python benchmarks/speech_words.py`` prints a table.

Each voice says the lines of ``speech_lines.txt``, most of which hold ship names, numbers, dates, units or
acronyms; Whisper tiny.en writes down what it hears. "As written" is the same voice with the figures and
capitals left to the synthesiser. ``--misheard`` lists every line that was not understood word for word.
"""

import argparse
import platform
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import soundfile

from swav.speech import finish, length, speak
from swav.speech.text import cleaned, speakable
from swav.speech.voice_engine import SpokenLine
from swav.speech.voices import Voice, voice_engine, voice_for

LINES = (Path(__file__).parent / "speech_lines.txt").read_text(encoding="utf-8").splitlines()
VOICES = (
    ("piper", "joe"),
    ("kokoro", "af_heart"),
    ("kokoro", "am_michael"),
    ("kokoro", "bf_emma"),
    ("kokoro", "bm_george"),
)
PACES = {"piper": 0.9, "kokoro": 1.0}
"""Piper is brisk at its own pace."""
_ROOM = 0.5  # seconds of silence around a line, as in a film; a recogniser mishears a word at the very start


@dataclass(frozen=True)
class Hearing:
    """One line: what was to be said, in words, what was heard, and how many words were wrong."""

    line: str
    said: str
    heard: str
    errors: int
    words: int


def hear(lines: Sequence[str], wavs: Sequence[Path]) -> Iterator[Hearing]:
    """Have each file recognised, and compare it with its line, word for word.

    Ways to write the same words are no errors: "17.5 m" is "seventeen point five metres", and "sails" sounds
    like "sales". A line may be understood as it is written or as it is put into words, whichever is nearer.
    Each file gets its half second of silence in place.
    """
    from swav.hearing import recognise
    from swav.hearing.english import comparison

    for wav in wavs:
        samples, rate = soundfile.read(wav)
        soundfile.write(wav, np.pad(samples, int(_ROOM * rate)), rate)
    for line, heard in zip(lines, recognise(wavs, lines), strict=True):
        said = speakable(line, "en")
        found = min((comparison(way, heard.text) for way in (said, line)), key=lambda each: each.errors)
        yield Hearing(line, said, heard.text, found.errors, found.words)


def error_rate(hearings: Sequence[Hearing]) -> float:
    """Word error rate over all lines: errors by words."""
    return sum(hearing.errors for hearing in hearings) / sum(hearing.words for hearing in hearings)


def say(line: str, voice: Voice, target: Path) -> None:
    """The line as a build says it."""
    who = {"engine": voice.engine, "language": "en", "speaker": voice.speaker}
    speak(line, **who, speed=PACES[voice.engine], seed=0, target=target)


def say_as_written(line: str, voice: Voice, target: Path) -> None:
    """The line with its figures and capitals left to the synthesiser."""
    written = SpokenLine(cleaned(line), voice.language, voice.speaker, PACES[voice.engine])
    finish.write(*voice_engine(voice.engine).synthesise(written), target)


def measured(voice: Voice, saying: Callable[[str, Voice, Path], None]) -> tuple[list[Hearing], float, float]:
    """What was heard of all lines; seconds of sound; processor seconds that it took to speak."""
    with tempfile.TemporaryDirectory() as folder:
        wavs = [Path(folder, f"{number:02}.wav") for number in range(len(LINES))]
        began = time.process_time()
        for line, wav in zip(LINES, wavs, strict=True):
            saying(line, voice, wav)
        took = time.process_time() - began
        sound = float(sum(length(wav) for wav in wavs))
        return list(hear(LINES, wavs)), sound, took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misheard", action="store_true", help="list the lines with a wrong word")
    parser.add_argument("--voice", action="append", help="only this speaker; may be repeated")
    options = parser.parse_args()
    print(f"{date.today()}, {platform.machine()}, `python benchmarks/speech_words.py`\n", flush=True)
    print("| voice | WER | WER as written | sound, s | processor, s |\n|---|---|---|---|---|", flush=True)
    misheard = []
    for engine, speaker in VOICES:
        if options.voice and speaker not in options.voice:
            continue
        voice = voice_for(engine, "en", speaker)
        read, sound, took = measured(voice, say)
        written, _, _ = measured(voice, say_as_written)
        rates = [f"{100 * error_rate(hearings):.1f} %" for hearings in (read, written)]
        print(f"| {voice.description} | {' | '.join(rates)} | {sound:.0f} | {took:.0f} |", flush=True)
        misheard += [(voice, hearing) for hearing in read if hearing.errors]
    for voice, hearing in misheard if options.misheard else []:
        print(f"\n{voice.description}, {hearing.errors} wrong: {hearing.line}\n  heard: {hearing.heard}")


if __name__ == "__main__":
    main()
