"""The gates for a finished reel: its loudness, its gaps, its length, and whether its subtitles can be read.

``measure_reel`` reads the file once, in a stream; ``judge_reel`` compares plain numbers with limits.
"""

import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from swav import recipes
from swav.errors import MediaError
from swav.media.decodes import faults
from swav.media.ffmpeg import ended, location
from swav.quality.bounds import OFF, Bounds
from swav.quality.reel_limits import ReelLimits
from swav.quality.sentences import plain
from swav.quality.subtitles import judge_subtitles, measure_subtitles
from swav.quality.verdict import Finding, Verdict
from swav.times import clock

SHORTEST_BLACK = 0.5  # seconds; shorter ones are not even listed
_SHORTEST_SILENCE = 1.0
BLACK_LEVEL = 0.02
"""Share of the range from black to white up to which a pixel is black: 4 of 8-bit video's 219 levels."""
BLACK_AREA = 0.995
"""Share of black pixels in a black frame: a line of lettering covers more than the rest."""
_SILENCE = "-60dB"
_ABSOLUTE_GATE = -70.0  # LUFS; ITU-R BS.1770-4 counts nothing below


def measure_reel(reel: Path, srt: Path | None, languages: Sequence[tuple[float, str]] = ()) -> dict[str, Any]:
    """What can be measured of a reel and its subtitles, as plain JSON.

    ``picture`` and ``sound``: their lengths in seconds; ``frame``: seconds of a frame; ``loudness`` (LUFS,
    None for silence) and ``true_peak`` (dBTP; ITU-R BS.1770-4, by ffmpeg's ebur128); ``black`` and
    ``silent``: gaps as [start, end] in seconds; ``subtitles`` as ``measure_subtitles`` gives them, or None;
    ``faults``: what keeps its picture or sound from being decoded to the end, a phrase each.
    ``languages``: see ``measure_subtitles``.
    Memory does not grow with the reel's length. Raises MediaError where the reel cannot be read.
    """
    picture, sound, frame = lengths(reel)
    torn = faults(reel)
    said = report(reel, [*black_detector(), *sound_detectors()])
    loudness, peak = levels(reel, said)
    return {
        "recipe": recipes.REEL_MEASUREMENT,
        "picture": picture,
        "sound": sound,
        "frame": frame,
        "loudness": loudness,
        "true_peak": peak,
        "black": _gaps(said, "black_start:", "black_end:", picture),
        "silent": silences(said, sound),
        "subtitles": measure_subtitles(srt, languages) if srt else None,
        "faults": torn,
    }


def lengths(reel: Path) -> tuple[float, float, float]:
    """Seconds of picture, of sound and of a frame. MediaError for a reel without sound."""
    from swav.media.probe import probe

    picture = probe(reel)
    return round(float(picture.duration), 4), length_of_sound(reel), round(float(1 / picture.rate), 6)


def length_of_sound(reel: Path) -> float:
    """Seconds of a reel's sound, or of a sound by itself. MediaError where there is none."""
    from swav.media.probe import opened

    with opened(reel) as container:
        if not container.streams.audio:
            raise MediaError(f"{reel} holds no sound; remove it, and build it again")
        audio = container.streams.audio[0]
        return round(float((audio.duration or 0) * audio.time_base), 4)


def black_detector() -> list[str]:
    """ffmpeg's detector of black frames, on the picture."""
    found = f"blackdetect=d={SHORTEST_BLACK}:pix_th={BLACK_LEVEL}:pic_th={BLACK_AREA}"
    return ["-map", "0:v:0", "-vf", found]


def sound_detectors() -> list[str]:
    """ffmpeg's detectors of silence and of loudness, on the sound."""
    found = f"silencedetect=noise={_SILENCE}:d={_SHORTEST_SILENCE},ebur128=peak=true:framelog=quiet"
    return ["-map", "0:a:0", "-af", found]


def report(reel: Path, detectors: Sequence[str]) -> str:
    """What ffmpeg's detectors say of the whole reel, in one pass over it. Raises MediaError."""
    work = ["-i", location(reel), *detectors, "-f", "null", "-"]
    done = ended(work, stdout=subprocess.DEVNULL, says="info")
    said = done.stderr.decode(errors="replace")
    if done.returncode != 0:
        reason = (said.strip().splitlines() or ["no reason given"])[-1]
        raise MediaError(f"{reel} could not be measured: {reason}; remove it, and build it again")
    return said


def silences(said: str, length: float) -> list[list[float]]:
    """The silent stretches of a sound of that length, in seconds."""
    return _gaps(said, "silence_start: ", "silence_end: ", length)


def levels(reel: Path, said: str) -> tuple[float | None, float | None]:
    """The loudness (LUFS) and the true peak (dBTP) of a report; None for silence. Raises MediaError."""
    summary = said.rpartition("Summary:")[2]
    integrated, peak = re.search(r"\bI:\s+(\S+)", summary), re.search(r"\bPeak:\s+(\S+)", summary)
    if integrated is None or peak is None:
        raise MediaError(f"the loudness of {reel} could not be measured; remove it, and build it again")
    if float(integrated[1]) <= _ABSOLUTE_GATE:
        return None, None
    return float(integrated[1]), float(peak[1])


def _gaps(report: str, begins: str, ends: str, length: float) -> list[list[float]]:
    """The gaps that a detector names, in seconds; one that has no end reaches to the reel's."""
    starts = [max(0.0, float(found)) for found in re.findall(rf"{begins}(-?[\d.]+)", report)]
    stops = [float(found) for found in re.findall(rf"{ends}(-?[\d.]+)", report)]
    stops += [length] * (len(starts) - len(stops))
    return [[round(start, 3), round(stop, 3)] for start, stop in zip(starts, stops, strict=True)]


def judge_reel(
    measured: Mapping[str, Any],
    *,
    loudness: float,
    true_peak: float,
    limits: ReelLimits | None = None,
) -> Verdict:
    """What the limits make of a measurement: ``loudness`` (LUFS) and ``true_peak`` (dBTP) were asked for."""
    limits = limits or ReelLimits()
    findings = [
        _form(measured["faults"]),
        *_levels(measured, loudness, true_peak, limits),
        _gap("black", measured["black"], limits.black, "the picture is black", "no stretch is black"),
        _gap("silent", measured["silent"], limits.silent, "nothing is to be heard", "no stretch is silent"),
        _length(measured, limits),
        *(_subtitles(measured["subtitles"], limits) if measured["subtitles"] else ()),
    ]
    return Verdict.of(finding for finding in findings if finding is not None)


def _form(torn: Sequence[str]) -> Finding:
    """Whether the reel can be played to its end; no limit lets one pass that cannot."""
    if torn:
        return Finding("form", "fail", float(len(torn)), None, f"the reel is damaged: {'; '.join(torn)}")
    return Finding("form", "pass", 0.0, None, "every frame and every sample of the reel can be decoded")


def _subtitles(measured: Mapping[str, Any], limits: ReelLimits) -> Iterable[Finding | None]:
    if not measured["cues"]:
        return [Finding("subtitles", "fail", 0.0, 1.0, "lines are spoken, and there is no subtitle of them")]
    return judge_subtitles(measured, limits)


def _levels(
    measured: Mapping[str, Any], loudness: float, true_peak: float, limits: ReelLimits
) -> list[Finding | None]:
    heard, peak = measured["loudness"], measured["true_peak"]
    if heard is None:
        said = "not measured: the reel has no sound"
        return [Finding(gate, "not measured", None, None, said) for gate in ("loudness", "true_peak")]
    off, over = round(abs(heard - loudness), 2), round(max(0.0, peak - true_peak), 2)
    return [
        _beyond(
            "loudness", off, limits.loudness, f"the reel is at {heard} LUFS, and {loudness:g} is asked for"
        ),
        _beyond(
            "true_peak",
            over,
            limits.true_peak,
            f"the true peak is {peak} dBTP, and {true_peak:g} is asked for",
        ),
    ]


def _gap(
    gate: str, gaps: Sequence[Sequence[float]], bounds: Bounds | str, what: str, calm: str
) -> Finding | None:
    """The verdict on the longest gap."""
    start, stop = max(gaps, key=lambda gap: gap[1] - gap[0], default=(0.0, 0.0))
    value = round(stop - start, 2)
    if bounds == OFF:
        return None
    if bounds.status(value) == "pass":
        return _beyond(gate, value, bounds, f"{calm} for more than {plain(bounds.warn)} s")
    more = sum(bounds.status(round(b - a, 2)) != "pass" for a, b in gaps) - 1
    others = f", and in {more} more place{'s' if more > 1 else ''}" if more else ""
    return _beyond(gate, value, bounds, f"{what} for {plain(value)} s from {clock(start)}{others}")


def _length(measured: Mapping[str, Any], limits: ReelLimits) -> Finding | None:
    picture, sound = measured["picture"], measured["sound"]
    frames = round(abs(picture - sound) / measured["frame"], 2)
    return _beyond(
        "length", frames, limits.length, f"the picture is {picture:.2f} s long, the sound {sound:.2f} s"
    )


def _beyond(gate: str, value: float, bounds: Bounds | str, sentence: str) -> Finding | None:
    if bounds == OFF:
        return None
    return Finding(gate, bounds.status(value), value, bounds.limit(value), sentence)
