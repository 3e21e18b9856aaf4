"""Where ``swav.render.placement`` meets Wan 2.2's worker: which plan a render follows, as plain data.

Light: no torch. A plan says ``processes``, ``guidance``, ``ulysses``, ``fsdp``, ``residency`` (``all``,
``one_expert`` or ``streamed``), ``text`` (where the text encoder waits: ``card``, ``host`` or ``disk``),
``precision``, ``attention``, ``compile`` and ``vae``.
"""

import os
from collections.abc import Mapping
from typing import Any

from swav.engines import Job

Plan = dict[str, Any]


def choose(recipe: Mapping[str, Any], job: Job) -> Plan:
    """The plan for a take on as many cards as the job claims."""
    return plain(max(1, job.gpus))


def plain(cards: int) -> Plan:
    """A plan that needs no knowledge of the machine: one expert at a time on one card, both over several."""
    guidance = 2 if cards % 2 == 0 else 1
    on_cpu = os.environ.get("SWAV_DEVICE") == "cpu"
    return {
        "processes": cards,
        "guidance": guidance,
        "ulysses": cards // guidance,
        "fsdp": cards,
        "residency": "all" if cards > 1 else "one_expert",
        "text": "card" if cards > 1 else "host",
        "precision": "float32" if on_cpu else "bfloat16",
        "attention": "auto",
        "compile": False,
        "vae": "whole",
    }


def seconds(recipe: Mapping[str, Any], cards: int) -> float | None:
    """What a take is expected to cost, in seconds; None where nothing is known of the machine."""
    return None


def after_memory_ran_out(plan: Plan) -> str:
    """What to do next, as the end of a sentence."""
    return "render smaller or shorter"
