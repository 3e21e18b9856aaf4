"""How many cards a render claims: as configured for its engine, and never more than that has a use for."""

from dataclasses import replace

import pytest

from swav import engines as known
from swav.config import Config
from swav.errors import InputError, SwavError
from swav.reel.claims import claim_of
from swav.review.forecast import Crew, Forecast


@pytest.fixture
def four_cards(monkeypatch):
    """A machine of four cards, and an engine that divides nothing, whose name is ``stub``."""
    monkeypatch.setattr("swav.reel.claims.cards_here", lambda cards: ("0", "1", "2", "3"))
    wan = known.engines()["wan2.2"]
    alone = type("Alone", (type(wan),), {"name": "alone", "most_gpus": 1})()
    monkeypatch.setattr("swav.reel.claims.engines", lambda: {"wan2.2": wan, "alone": alone})


def claims(asked, limit=None):
    claim = claim_of(Config.read({"gpus_per_render": asked}), limit)
    return claim.of("wan2.2"), claim.of("alone"), claim.most


@pytest.mark.parametrize(
    ("asked", "limit", "found"),
    [
        ("all", None, (4, 1, 4)),
        ("all", 2, (2, 1, 2)),
        (2, None, (2, 1, 2)),
        ({"wan2.2": 2}, None, (2, 1, 4)),
        ({"wan2.2": "all", "alone": 1}, None, (4, 1, 4)),
        ({"alone": 4}, 3, (3, 1, 4)),
    ],
)
def test_a_render_claims_what_its_engine_has_a_use_for(four_cards, asked, limit, found):
    assert claims(asked, limit) == found


def test_a_number_for_no_engine_is_refused(four_cards):
    with pytest.raises(SwavError, match=r"'wan22' is no engine that claims GPUs; use alone or wan2.2"):
        claims({"wan22": 1})
    with pytest.raises(InputError, match="not a number of GPUs"):
        claims({"wan2.2": "half"})


def test_renders_that_claim_a_card_each_run_beside_each_other(four_cards, monkeypatch):
    monkeypatch.setattr("swav.review.forecast.renders_with", lambda shot, crew: shot)
    forecast = Forecast.__new__(Forecast)
    monkeypatch.setattr(Forecast, "seconds", lambda self, shot, crew: 60.0)
    crew = Crew(4, 4)
    assert forecast.wall_seconds(["alone"] * 4, crew) == 60
    assert forecast.wall_seconds(["wan2.2", *["alone"] * 4, "wan2.2"], crew) == 180
    assert forecast.wall_seconds(["wan2.2", "wan2.2"], replace(crew, per_render=2)) == 60
