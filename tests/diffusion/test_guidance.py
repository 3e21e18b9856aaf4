"""Calls that stand alone in a step are made two at a time on two ranks, and never taken for one another."""

import pytest
import torch

from swav.diffusion import pipeline_guidance
from swav.diffusion.pipeline_guidance import Guided


@pytest.fixture
def made(monkeypatch):
    """A guided network of rank 0, and what it was asked; the other rank's results are 100 more."""
    asked = []

    def network(**named):
        asked.append(named["switch"])
        return (named["x"] + named["switch"],)

    monkeypatch.setattr(pipeline_guidance.dist, "get_rank", lambda group: 0)
    monkeypatch.setattr(pipeline_guidance, "_both", lambda own, group: [own, own + 100])
    return Guided(network, "batch", None), asked


def step(guided, switches, x=1.0):
    """A batch of two, then calls of one: what these returned."""
    guided(x=torch.zeros(2, 3), switch=0)
    return [float(guided(x=torch.full((1, 3), x), switch=switch)[0][0, 0]) for switch in switches]


def test_the_second_of_two_is_foretold_after_a_step_that_shows_it(made):
    guided, asked = made
    assert step(guided, [1, 2]) == [2, 3] and asked == [0, 1, 2]
    asked.clear()
    assert step(guided, [1, 2], 5.0) == [6, 106] and asked == [0, 1]  # the second came from the other rank
    assert step(guided, [3, 2], 7.0) == [10, 110]


@pytest.mark.parametrize(("switches", "wanted"), [([1, 9], [6, 14]), ([1], [6]), ([1, 2, 3], [6, 106, 8])])
def test_what_is_asked_otherwise_is_made_here(made, switches, wanted):
    guided, asked = made
    step(guided, [1, 2])
    asked.clear()
    assert step(guided, switches, 5.0) == wanted
    assert step(guided, [1, 2], 5.0)[0] == 6


def test_other_tensors_are_never_taken_for_the_foretold_ones(made):
    guided, _ = made
    step(guided, [1, 2])
    guided(x=torch.zeros(2, 3), switch=0)
    assert float(guided(x=torch.full((1, 3), 5.0), switch=1)[0][0, 0]) == 6
    assert float(guided(x=torch.full((1, 3), 8.0), switch=2)[0][0, 0]) == 10


def test_a_new_rendering_learns_anew(made):
    guided, asked = made
    step(guided, [1, 2])
    guided.begin()
    asked.clear()
    assert step(guided, [1, 2]) == [2, 3] and asked == [0, 1, 2]
