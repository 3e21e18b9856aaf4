"""What models in environments of their own took here, and what is foretold from it."""

import pytest

from swav.reel.speeds import foretold, remember_speed, speeds

SAID = {"device": "the processor", "load_seconds": 2.0, "seconds": 30.0, "memory": 3_000_000_000}


@pytest.fixture
def build(tmp_path):
    """A folder in which a model of 100 bytes looked at 1000 pixels in 30 s, and took 2 s to load."""
    (tmp_path / "used.pth").write_bytes(bytes(100))
    (tmp_path / "heavy.pth").write_bytes(bytes(400))
    remember_speed(str(tmp_path), tmp_path / "used.pth", "used", 1000, SAID)
    return tmp_path


def told(build, name, on_card=False):
    file = build / f"{name}.pth"
    return foretold(speeds(str(build)), str(file), name, [1000, 500], on_card=on_card)


def test_a_model_that_was_used_here_is_foretold_from_its_own_last_job(build):
    assert told(build, "used").seconds == pytest.approx(2 * 2 + 45)
    assert told(build, "used").memory == SAID["memory"]
    remember_speed(str(build), build / "used.pth", "used", 1000, SAID | {"seconds": 10.0})
    assert told(build, "used").seconds == pytest.approx(2 * 2 + 15) and len(speeds(str(build))) == 1


def test_another_model_is_foretold_by_its_weights_and_its_memory_is_not_known(build):
    assert told(build, "heavy").seconds == pytest.approx(2 * 2 + 45 * 4)
    assert told(build, "heavy").memory is None


def test_what_nobody_knows_is_not_foretold(build, tmp_path):
    assert told(build, "used", on_card=True) is None, "a card is no processor"
    assert foretold(speeds(str(build)), "", "gone", [1000], on_card=False) is None
    assert (
        foretold(speeds(str(tmp_path / "other")), str(build / "used.pth"), "used", [1], on_card=False) is None
    )
    (build / "speeds.json").write_text("[{}]")
    assert speeds(str(build)) == []
