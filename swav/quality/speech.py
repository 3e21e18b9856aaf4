"""The gates for a spoken line: was it said as it is written, and is the recording sound?

``measure_line`` reads the recording, ``measure_words`` compares what was heard with what is written;
``judge_line`` compares plain numbers with limits, and reads nothing.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import isfinite
from pathlib import Path
from typing import Any

from swav.errors import MediaError
from swav.quality.bounds import OFF
from swav.quality.sentences import percent, plain
from swav.quality.speech_limits import SpeechLimits
from swav.quality.verdict import Finding, Verdict

_NEAR_PEAK = 0.98
"""Of the largest magnitude: a voice reaches its peak in a few samples, a clipped one in each of its waves."""
_FLAT = 0.004
"""Change between two samples, for each unit of the peak, that counts as none."""


def measure_line(wav: Path) -> dict[str, Any]:
    """What can be measured of a recording, as plain JSON.

    ``seconds``; ``clipped``: the share of samples that lie flat at the peak; ``silent``: seconds of the
    longest silence inside the line, or all of it where nothing is to be heard; ``level``: LUFS (ITU-R
    BS.1770-4), or None for silence. Raises MediaError for a file that is no sound.
    """
    import numpy as np
    import soundfile

    from swav.hearing.pauses import sounding
    from swav.sound.loudness import loudness_of

    try:
        samples, rate = soundfile.read(wav, dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, OSError) as error:
        reason = getattr(error, "error_string", None) or getattr(error, "strerror", None) or error
        raise MediaError(
            f"{wav} cannot be measured ({reason}); remove it, and build again to have it spoken anew"
        ) from None
    voice = samples.mean(axis=1)
    spans = sounding(voice, rate)
    rests = [float(again - rest) for (_, rest), (again, _) in pairwise(spans)]
    level = loudness_of(np.repeat(samples, 2, axis=1) if samples.shape[1] == 1 else samples)
    seconds = len(voice) / rate
    return {
        "seconds": round(seconds, 3),
        "clipped": round(_clipped(voice), 6),
        "silent": round(max(rests, default=0.0) if spans else seconds, 3),
        "level": round(level, 1) if isfinite(level) else None,
    }


def _clipped(voice) -> float:
    """The share of samples that lie flat at the largest magnitude."""
    import numpy as np

    magnitude = np.abs(voice)
    peak = magnitude.max(initial=0)
    if peak == 0:
        return 0.0
    flat = np.abs(np.diff(voice, prepend=voice[:1])) < _FLAT * peak
    return float(np.mean(flat & (magnitude > _NEAR_PEAK * peak)))


def measure_words(heard: Mapping[str, Any], text: str, lexicon: Mapping[str, str]) -> dict[str, Any]:
    """``words``: the share of a line's words that were heard otherwise; nothing where it could not be heard.

    ``heard`` is what ``swav.hearing.listen`` gives of the line.
    """
    if "missing" in heard:
        return {}
    from swav.hearing.english import error_rate
    from swav.hearing.heard import Heard

    return {"words": round(error_rate(text, Heard.read(heard).text, lexicon), 4)}


def judge_line(
    heard: Mapping[str, Any],
    measured: Mapping[str, Any],
    text: str,
    limits: SpeechLimits,
    *,
    lexicon: Mapping[str, str] | None = None,
    recorded: bool = False,
) -> Verdict:
    """What the limits make of a line: ``heard`` as ``swav.hearing.listen`` gives it, and ``measure_line``.

    A line that could not be heard is "not measured", never passed. ``lexicon`` maps words to how they are
    to be said. A ``recorded`` line was spoken by somebody, whom nobody teaches. Where ``measured`` has what
    ``measure_words`` says of the line, its words are not compared again.
    """
    if limits.words != OFF and "words" not in measured:
        measured = {**measured, **measure_words(heard, text, lexicon or {})}
    findings = [_words(heard, measured, text, limits, recorded), *_sound(measured, limits)]
    return Verdict.of(finding for finding in findings if finding is not None)


def _words(
    heard: Mapping[str, Any], measured: Mapping[str, Any], text: str, limits: SpeechLimits, recorded: bool
) -> Finding | None:
    if limits.words == OFF:
        return None
    if "missing" in heard:
        return Finding("words", "not measured", None, limits.words.warn, f"not measured: {heard['missing']}")
    rate = measured["words"]
    status, limit = limits.words.status(rate), limits.words.limit(rate)
    if status == "pass":
        sentence = f"the line was heard as it is written ({percent(rate)} of its words otherwise)"
        return Finding("words", status, rate, limit, sentence)
    from swav.hearing.heard import Heard
    from swav.hearing.loops import cannot_be_judged

    said = Heard.read(heard).text
    if reason := cannot_be_judged(text, said):
        # A question to a listener, never a refusal; its number would only be read as one.
        quoted = f"“{_short(text)}”, heard as “{_short(said)}”"
        return Finding("words", "warn", None, None, f"{quoted}, cannot be judged: {reason}; listen to it")
    over = "the limit is" if status == "fail" else "worth a listen beyond"
    share = f"{percent(rate)} of its words otherwise; {over} {percent(limit)}"
    sentence = f"“{_short(text)}” was heard as “{_short(said)}” ({share}){_way_on(status, recorded)}"
    return Finding("words", status, rate, limit, sentence)


def _way_on(status: str, recorded: bool) -> str:
    """What can be done about a line that was heard otherwise."""
    if status != "fail":
        return ""
    mend = "write what it says as the line's text" if recorded else "teach the voice (voice.lexicon)"
    return f"; listen to it, then {mend} or let it in (on_fail: warn, or words in speech_quality)"


_QUOTED = 48
"""Characters of a line that a sentence quotes."""


def _short(text: str) -> str:
    """The text, or its beginning where it is long, on one row."""
    text = " ".join(text.split())
    return text if len(text) <= _QUOTED else f"{text[: _QUOTED - 1].rstrip()}…"


def _sound(measured: Mapping[str, Any], limits: SpeechLimits) -> Iterator[Finding]:
    if limits.clipped != OFF:
        value = measured["clipped"]
        status, limit = limits.clipped.status(value), limits.clipped.limit(value)
        share = f"{plain(100 * value)} % of its samples; {plain(100 * limit)} % are allowed"
        sentence = "the voice is not clipped" if status == "pass" else f"the voice is clipped ({share})"
        yield Finding("clipped", status, value, limit, sentence)
    if limits.silent != OFF:
        value = measured["silent"]
        status, limit = limits.silent.status(value), limits.silent.limit(value)
        sentence = f"no silence is longer than {plain(limit)} s (the longest is {plain(value)} s)"
        if measured["level"] is None:
            status, sentence = "fail", "nothing is to be heard in the recording"
        elif status != "pass":
            sentence = (
                f"the voice is silent for {plain(value)} s inside the line ({plain(limit)} s are allowed)"
            )
        yield Finding("silent", status, value, limit, sentence)
