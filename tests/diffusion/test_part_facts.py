"""What a model weighs is read from its files; how its shots may be divided is told, nothing else done."""

from dataclasses import replace

import pytest
from tiny_denoisers import TINY

from swav.diffusion.costs import UNMEASURED_WORK, activation_bytes
from swav.diffusion.facts import Divisions, Grid, ModelFacts, PartFacts, ShotFacts
from swav.diffusion.part_facts import model_facts, part_facts, together
from swav.diffusion.placement import Placement
from swav.diffusion.placement_words import in_words
from swav.diffusion.search import choose
from swav.engines.wan22.sizes import MEASURED
from swav.render.hardware import Gpu, Hardware
from swav.weights.folder import sharded

GB = 10**9
NONE = Divisions(False, False, False, False, False, False, False)
FIVE = ModelFacts(
    title="A model",
    denoisers=(PartFacts(5 * GB, 120_000_000, 40, file_bytes=10 * GB),),
    text=PartFacts(4 * GB, 150_000_000, 24, file_bytes=8 * GB),
    vae_bytes=GB,
    hidden=3072,
    heads=48,
    layers=40,
    ffn=12_288,
)
"""About the size of a model of five billion parameters; measured by nobody."""
SHOT = ShotFacts(720, 480, 49, 50)


def machine(count: int, gigabytes: int, host: int = 256) -> Hardware:
    card = Gpu("NVIDIA H100 80GB HBM3", gigabytes * GB, gigabytes * GB, (9, 0))
    return Hardware((card,) * count, host * GB, "nvlink", frozenset({"native", "cudnn", "flash3"}))


@pytest.mark.parametrize("name", TINY)
def test_a_part_is_counted_as_its_class_counts_it(tmp_path, name):
    tiny = TINY[name]
    model = tiny.write(tmp_path)
    found = part_facts(sharded(tmp_path), tiny.lists)
    blocks = [block for each in tiny.lists for block in model.get_submodule(each)]
    counted = [sum(weight.numel() for weight in block.parameters()) for block in blocks]
    assert found.parameters == sum(weight.numel() for weight in model.parameters())
    assert (found.block, found.blocks, found.in_all_blocks) == (max(counted), len(blocks), sum(counted))
    assert found.rest == found.parameters - sum(counted) > 0
    assert found.file_bytes > 4 * found.parameters
    assert together([found, found]).parameters == 2 * found.parameters


def test_a_model_is_known_by_its_parts(tmp_path):
    tiny = TINY["joint attention, one list"]
    tiny.write(tmp_path)
    part = sharded(tmp_path)
    found = model_facts("A model", [part], tiny.lists, [part], tiny.lists, part, 8)
    assert (found.hidden, found.heads, found.layers, found.ffn) == (32, 2, 3, 128)
    assert found.multiplications == found.denoiser.in_all_blocks
    assert found.vae_bytes == 4 * found.text.parameters and not found.calibration.measured


@pytest.mark.parametrize(("gigabytes", "residency"), [(80, "all"), (14, "streamed")])
def test_a_card_decides_where_the_parts_live(gigabytes, residency):
    plan = choose(machine(1, gigabytes), FIVE, SHOT)
    assert plan.placement.residency == residency
    assert "the denoiser" in in_words(plan.placement, FIVE)


DIVIDED = [
    (Divisions(), 4, 4),
    (replace(NONE, guidance=True), 4, 2),
    (replace(NONE, ulysses=True), 4, 3),  # 17,550 tokens cannot be divided by four
    (NONE, 4, 1),
]


@pytest.mark.parametrize(("divisions", "cards", "processes"), DIVIDED)
def test_only_what_a_model_allows_is_planned(divisions, cards, processes):
    placement = choose(machine(cards, 80), replace(FIVE, divisions=divisions), SHOT).placement
    assert placement.processes == processes
    assert placement.compile <= divisions.compiles and placement.vae in ("whole", "tiled", "spread")
    assert (placement.attention == "native") or divisions.kernels
    assert placement.vae != "tiled" or divisions.tiles
    assert placement.vae != "spread" or divisions.spread


def test_a_model_that_nobody_measured_says_so_and_gets_a_wider_margin():
    guessed = choose(machine(1, 80), FIVE, SHOT)
    known = choose(machine(1, 80), replace(FIVE, calibration=replace(MEASURED, sum_states=0.0)), SHOT)
    assert any("was not measured" in note for note in guessed.notes)
    assert not any("measured" in note for note in known.notes)
    assert guessed.placement == known.placement
    more = guessed.forecast.reserved["denoise"] - known.forecast.reserved["denoise"]
    work = activation_bytes(known.placement, FIVE, SHOT) * FIVE.calibration.reserved["compiled"]
    assert more == pytest.approx((UNMEASURED_WORK - 1) * work)


def test_tokens_follow_the_grid():
    assert ShotFacts(1280, 720, 81).tokens == 75_600
    assert ShotFacts(1280, 704, 121, grid=Grid(16, 4, 2)).tokens == 31 * 22 * 40
    assert ShotFacts(1280, 704, 121, grid=Grid(32, 8, 1)).tokens == 16 * 22 * 40


def test_a_placement_speaks_of_two_networks_where_there_are_two():
    assert in_words(Placement(residency="all"), FIVE).startswith("the denoiser on the card")
    both = replace(FIVE, denoisers=FIVE.denoisers * 2)
    assert in_words(Placement(residency="all"), both).startswith("both experts on the card")
