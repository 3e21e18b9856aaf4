"""Judging a take: its measurement against the limits. Pure and light, so that it runs at every plan."""

from collections.abc import Iterator, Mapping
from typing import Any

from swav.quality.limits import OFF, Limits
from swav.quality.sentences import WORDS
from swav.quality.verdict import Finding, Verdict


def judge(measured: Mapping[str, Any], limits: Limits) -> Verdict:
    """What the limits make of a measurement that ``swav.quality.measure`` wrote.

    A gate that is switched off says nothing. A gate that applies and has no number is "not measured". The
    cross-check of a reel may add ``measured["duplicate"]``, which ``swav.quality.signature.nearest`` makes.
    """
    return Verdict.of(_findings(measured, limits))


def _findings(measured: Mapping[str, Any], limits: Limits) -> Iterator[Finding]:
    yield _form(measured["form"])
    if not measured["form"].get("decodable", True):
        return
    for gate in (*measured["gates"], "duplicate"):
        wanted = gate != "duplicate" or "duplicate" in measured
        if gate in WORDS and wanted and getattr(limits, gate) != OFF:
            yield _finding(gate, measured.get(gate, {}), limits)


def _form(form: Mapping[str, Any]) -> Finding:
    faults = form["faults"]
    if not faults:
        return Finding("form", "pass", 0.0, None, "the file is whole, and of the right length, size and rate")
    return Finding("form", "fail", float(len(faults)), None, "; ".join(faults))


def _finding(gate: str, number: Mapping[str, Any], limits: Limits) -> Finding:
    bounds = getattr(limits, gate)
    if "value" not in number:
        why = number.get("missing", "the clip was measured by an older recipe")
        return Finding(gate, "not measured", None, bounds.warn, f"not measured: {why}")
    value = number["value"]
    sentence, frames = WORDS[gate].sentence(number, bounds), tuple(number.get("frames", ()))
    return Finding(gate, bounds.status(value), value, bounds.limit(value), sentence, frames)
