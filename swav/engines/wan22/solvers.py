"""The solvers that Wan's and Lightning's own code draw with, each on its own grid of timesteps.

All have the interface of Diffusers' schedulers: ``timesteps``, and ``step`` from one to the next.
"""

from typing import Any, Literal

import numpy as np
import torch
from diffusers import DPMSolverMultistepScheduler, UniPCMultistepScheduler

Solver = Literal["unipc", "euler", "dpm++"]
TRAINED_TIMESTEPS = 1000
HISTORY: dict[Solver, tuple[str, ...]] = {
    "unipc": (
        "model_outputs",
        "timestep_list",
        "lower_order_nums",
        "last_sample",
        "this_order",
        "_step_index",
    ),
    "euler": ("_step_index",),
    "dpm++": ("model_outputs", "lower_order_nums", "_step_index"),
}
"""What each remembers between steps; leaving out any of it changes a resumed result."""


class Euler:
    """Euler's method on Lightning's grid, which begins at 1000: the timesteps its LoRAs were distilled at.

    ModelTC/Wan2.2-Lightning, ``wan/utils/fm_solvers_euler.py``: 1000, 937.5, 833.3, 625 for 4 steps, shift 5.
    """

    def __init__(self, steps: int, shift: float, device: torch.device | str = "cpu"):
        even = torch.from_numpy(np.linspace(TRAINED_TIMESTEPS, 0, steps + 1, dtype=np.float32)).to(device)
        self.sigmas = _shifted(even / TRAINED_TIMESTEPS, shift)
        self.timesteps = self.sigmas[:-1] * TRAINED_TIMESTEPS
        self._step_index = 0

    @property
    def step_index(self) -> int:
        """Steps that were made."""
        return self._step_index

    def step(self, flow: torch.Tensor, timestep: Any, latents: torch.Tensor, **_: Any) -> tuple[torch.Tensor]:
        """The latents at the next timestep."""
        sigma, following = self.sigmas[self._step_index : self._step_index + 2]
        self._step_index += 1
        return (latents + (following - sigma) * flow,)


def solver_for(solver: Solver, steps: int, shift: float, device: torch.device | str = "cpu"):
    """The solver at its first step."""
    if solver == "euler":
        return Euler(steps, shift, device)
    return (_dpm if solver == "dpm++" else _unipc)(steps, shift, device)


def _unipc(steps: int, shift: float, device: torch.device | str) -> UniPCMultistepScheduler:
    """On Wan's own grid (Wan2.2, ``wan/utils/fm_solvers_unipc.py``), which begins at 999."""
    scheduler = UniPCMultistepScheduler(
        prediction_type="flow_prediction",
        use_flow_sigmas=True,
        num_train_timesteps=TRAINED_TIMESTEPS,
        flow_shift=shift,
    )
    highest = 1 - 1 / TRAINED_TIMESTEPS
    scheduler.set_timesteps(sigmas=np.linspace(highest, 0.0, steps + 1)[:-1], device=device)
    scheduler.set_begin_index(0)
    return scheduler


def _dpm(steps: int, shift: float, device: torch.device | str) -> DPMSolverMultistepScheduler:
    """DPM-Solver++ of order 2 on the grid of Wan2.2, ``wan/utils/fm_solvers.py``, which begins at 1000."""
    scheduler = DPMSolverMultistepScheduler(
        prediction_type="flow_prediction", use_flow_sigmas=True, num_train_timesteps=TRAINED_TIMESTEPS
    )
    scheduler.set_timesteps(steps, device=device)
    sigmas = _shifted(np.linspace(1, 0, steps + 1)[:-1], shift)
    scheduler.sigmas = torch.from_numpy(np.append(sigmas, 0.0).astype(np.float32))
    scheduler.timesteps = torch.from_numpy(sigmas * TRAINED_TIMESTEPS).to(device, torch.int64)
    scheduler.set_begin_index(0)
    return scheduler


def _shifted(sigmas: Any, shift: float) -> Any:
    return shift * sigmas / (1 + (shift - 1) * sigmas)
