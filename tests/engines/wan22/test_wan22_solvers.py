"""Solvers draw on the grids of the code that they come from, and noise is what a CUDA card draws."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn

from swav.engines.wan22.philox import normal
from swav.engines.wan22.sampling import Sampling, denoise, noise, scheduler_for

LIGHTNING = Sampling(4, 5.0, 1.0, 1.0, 0.875, "euler")


class Expert(nn.Module):
    """A flow that depends on all that a flow may depend on."""

    def forward(self, *, hidden_states, timestep, encoder_hidden_states, return_dict):
        return (torch.sin(hidden_states * (1 + timestep / 1000)) + encoder_hidden_states.mean(),)


def drawn(sampling, state=None, on_step=None):
    texts = torch.full((1, 1, 4), 0.3), torch.full((1, 1, 4), -0.2)
    return denoise(
        lambda stage: Expert(), sampling, *texts, noise(32, 32, 5, 1), state=state, on_step=on_step
    )


def test_lightning_is_drawn_at_its_own_timesteps_two_by_each_expert():
    timesteps = scheduler_for(LIGHTNING).timesteps
    assert timesteps.tolist() == pytest.approx([1000, 937.5, 833.3333, 625], abs=1e-3)
    assert [LIGHTNING.stage(timestep) for timestep in timesteps.tolist()] == ["high", "high", "low", "low"]


def test_euler_is_eulers_method():
    sigmas, latents = [1.0, 0.9375, 5 / 6, 0.625, 0.0], noise(32, 32, 5, 1)
    for sigma, following in pairwise(sigmas):
        latents = latents + (following - sigma) * (torch.sin(latents * (1 + sigma)) + 0.3)
    assert torch.allclose(drawn(LIGHTNING), latents, atol=1e-5)


def test_dpm_draws_on_its_own_grid():
    """Wan2.2, ``wan/utils/fm_solvers.py``: it begins at 1000, and timesteps are cut to whole numbers."""
    scheduler = scheduler_for(Sampling(4, 12.0, solver="dpm++"))
    assert scheduler.timesteps.tolist() == [1000, 972, 923, 800]
    assert scheduler.sigmas.tolist() == pytest.approx([1, 36 / 37, 12 / 13, 0.8, 0], abs=1e-6)


@pytest.mark.parametrize("solver", ["unipc", "euler", "dpm++"])
def test_every_solver_converges_and_resumes_to_the_last_bit(solver):
    sampling, states = Sampling(7, 5.0, solver=solver), []
    whole = drawn(sampling, on_step=lambda step: states.append(step.state()))
    assert whole.isfinite().all()
    for state in states:
        assert torch.equal(drawn(sampling, state), whole)
    fine = drawn(Sampling(400, 5.0, solver="unipc"))
    assert torch.allclose(drawn(Sampling(400, 5.0, solver=solver)), fine, atol=0.02)


PUBLISHED = [
    *(-0.92466259, -0.42534414, -2.64384580, 0.14518388, -0.12086648, -0.57972562),
    *(-0.62285119, -0.32838708, -1.07454228, -0.36314407, -1.67105067, 2.26550508),
]
"""``torch.randn(12, device="cuda")`` with seed 0."""


def test_noise_is_what_a_card_draws():
    assert np.abs(normal(12, 0, 504) - PUBLISHED).max() < 3e-6


def test_beyond_a_cards_threads_its_kind_decides():
    small, large = 256 * 500, 256 * 2000
    assert np.array_equal(normal(small, 42, 504), normal(small, 42, 1056))
    a6000, h100 = normal(large, 42, 504), normal(large, 42, 1056)
    assert np.array_equal(a6000[: 256 * 504], h100[: 256 * 504])
    assert abs(np.corrcoef(a6000[256 * 1056 :], h100[256 * 1056 :])[0, 1]) < 0.01
    assert abs(h100.mean()) < 0.01 and abs(h100.std() - 1) < 0.01
    assert not np.array_equal(normal(99, 1, 504), normal(99, 1 + 2**32, 504))


def test_latents_begin_with_it():
    latents = noise(64, 32, 5, 7, blocks=504)
    assert latents.shape == (1, 16, 2, 4, 8) and latents.dtype == torch.float32
    assert np.array_equal(latents.flatten().numpy(), normal(16 * 2 * 4 * 8, 7, 504))
