"""What ``swav plan`` says of Wan 2.2 before anything is loaded."""

from dataclasses import replace
from fractions import Fraction

import pytest

from swav.diffusion import plans
from swav.engines import Request, engines
from swav.keys import Length
from swav.render.hardware import Gpu, Hardware

GB = 10**9
WAN = engines()["wan2.2"]
SHOT = Request(
    shot="r001",
    width=1280,
    height=720,
    rate=Fraction(24),
    length=Length(frames=120),
    seed=1,
    prompt="the sea",
)


@pytest.fixture
def machine(monkeypatch):
    """Pretend that this machine has so many cards of that kind."""

    def pretend(count: int, memory: int) -> None:
        card = Gpu("RTX A6000", memory * GB, memory * GB, (8, 6))
        monkeypatch.setattr(plans, "_machine", lambda: Hardware((card,) * count, 256 * GB))

    return pretend


def test_four_cards_of_the_production(machine):
    machine(4, 49)
    said = WAN.placement(SHOT, 4)
    assert (
        said.startswith("1280x720: the 2 passes of a step at once, each picture over 2 cards (Ulysses), ")
        and "free on each card" in said
    )
    assert "the VAE spread over 4 cards; " in said
    assert 10 * 60 < WAN.estimate(SHOT, 4) < 60 * 60


def test_one_card_of_the_production(machine):
    machine(1, 51)
    assert "one expert on the card at a time" in WAN.placement(SHOT, 1)


def test_a_card_on_which_nothing_fits_is_said_with_what_would(machine):
    machine(1, 6)
    said = WAN.placement(SHOT, 1)
    assert "needs" in said and WAN.estimate(SHOT, 1) is None


def test_a_line_that_is_not_spoken_decides_nothing_yet():
    waiting = replace(SHOT, length=Length(narration="n1"))
    assert WAN.placement(waiting, 1) == "" and WAN.estimate(waiting, 1) is None
