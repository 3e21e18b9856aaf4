"""What rules say of memory: each its own figure, and more where pictures are larger."""

import re

from places import REPOSITORY

from swav.reel.memory import ALLOWED_MB, MEASURED_MB, OF_PICTURES, memory_mb

RULE = re.compile(r"^ *rule\b ?(\w*):(.*?)(?=^ *rule\b|\Z)", re.DOTALL | re.MULTILINE)
LOG = re.compile(r"reel\.log\(\"(\w+)\"")
"""It has the rule's name, where that is computed as well."""
WITH_WEIGHTS = {"render": "reel.render_memory", "keyframe": "reel.keyframe_memory"}
WITH_WEIGHTS |= {"compare": "reel.render_memory", "look_early": "reel.look_memory"}
"""Rules whose jobs hold a model; they claim what it weighs as well."""
ELSEWHERE = {"all", "deliver", "deliveries", "hand_off", "stills"}
"""Rules that say nothing: they copy files, or make none."""


def test_every_rule_claims_its_own_figure():
    files = [*(REPOSITORY / "rules").glob("*.smk"), REPOSITORY / "Snakefile"]
    found = [item for file in files for item in RULE.findall(file.read_text(encoding="utf-8"))]
    rules = {name or log[1]: body for name, body in found if name or (log := LOG.search(body))}
    claims = {name: WITH_WEIGHTS.get(name, f'reel.memory("{name}")') for name in rules}
    claimed = {name for name, body in rules.items() if f"mem_mb={claims[name]}" in body}
    assert claimed == MEASURED_MB.keys() | ALLOWED_MB.keys()
    assert rules.keys() - claimed <= ELSEWHERE
    assert not [name for name, body in rules.items() if re.search(r"mem_mb=\d", body)]


def test_larger_pictures_take_more_and_small_ones_no_less():
    for rule in MEASURED_MB | ALLOWED_MB:
        small, usual, large = (memory_mb(rule, *size) for size in ((128, 72), (1280, 720), (3840, 2160)))
        assert (MEASURED_MB | ALLOWED_MB)[rule] < small == usual
        assert large > 7 * usual if rule in OF_PICTURES else large == usual, rule


def test_a_render_claims_what_its_model_weighs():
    without, small, large = (memory_mb("render", 1280, 720, weights) for weights in (0, 10**9, 126 * 10**9))
    assert without < small < without + 1100 and large > 126_000
