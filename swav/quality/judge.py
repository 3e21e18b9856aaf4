"""Judging a take: its measurement against the limits. Pure and light, so that it runs at every plan."""

from collections.abc import Iterator, Mapping
from typing import Any

from swav.quality.bounds import OFF
from swav.quality.gate import Gate
from swav.quality.gauges import gates
from swav.quality.limits import Limits
from swav.quality.verdict import Finding, Verdict


def judge(measured: Mapping[str, Any], limits: Limits) -> Verdict:
    """What the limits make of a measurement that ``swav.quality.measure`` wrote.

    A gate that is switched off says nothing. A gate that applies and has no number is "not measured". The
    cross-check of a reel may add ``measured["duplicate"]`` (``swav.quality.gauges.signature.nearest``).
    """
    return Verdict.of(_findings(measured, limits))


def _findings(measured: Mapping[str, Any], limits: Limits) -> Iterator[Finding]:
    yield _form(measured["form"])
    if not measured["form"].get("decodable", True):
        return
    known = {gate.name: gate for gate in gates()}
    compared = (gate.name for gate in gates() if gate.gauge is None and gate.name in measured)
    for name in (*measured["gates"], *compared):
        if name in known and getattr(limits, name) != OFF:
            yield _finding(known[name], measured.get(name, {}), limits)


def _form(form: Mapping[str, Any]) -> Finding:
    faults = form["faults"]
    if not faults:
        return Finding("form", "pass", 0.0, None, "the file is whole, and of the right length, size and rate")
    return Finding("form", "fail", float(len(faults)), None, "; ".join(faults))


def _finding(gate: Gate, number: Mapping[str, Any], limits: Limits) -> Finding:
    bounds = getattr(limits, gate.name)
    if "value" not in number:
        why = number.get("missing", "the clip was measured by an older recipe")
        return Finding(gate.name, "not measured", None, bounds.warn, f"not measured: {why}")
    value = number["value"]
    sentence, frames = gate.words.sentence(number, bounds), tuple(number.get("frames", ()))
    return Finding(gate.name, bounds.status(value), value, bounds.limit(value), sentence, frames)
