"""Several processes render one shot: who they are, and how a model is divided among them.

The ranks form a mesh of three axes. Along ``guidance`` the two passes of a step run at once. Along
``ulysses`` each rank has a part of the tokens, and in self-attention a part of the heads
(https://arxiv.org/abs/2309.14509). ``ring`` has length 1: Diffusers asks for the axis. FSDP2 shards
weights over all ranks of the mesh.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
import torch.distributed as dist
from diffusers import ContextParallelConfig
from torch import nn
from torch.distributed.device_mesh import DeviceMesh, init_device_mesh
from torch.distributed.fsdp import fully_shard

from swav.diffusion.facts import Grid
from swav.errors import EngineError
from swav.render import plain

GRID = Grid()
"""One token for 4 frames of 16 x 16 pixels, the first frame alone."""
_AXES = ("guidance", "ring", "ulysses")


@dataclass(frozen=True)
class Degrees:
    """How the work is divided. ``sharded``: each rank keeps 1/n of the weights and gathers a block at a
    time.
    """

    guidance: int = 1
    ulysses: int = 1
    sharded: bool = False

    def __post_init__(self) -> None:
        if self.guidance not in (1, 2) or self.ulysses < 1:
            raise EngineError(
                f"guidance over {self.guidance} and Ulysses over {self.ulysses} processes is not possible; "
                "guidance has two passes, so 1 or 2, and Ulysses 1 or more"
            )
        if self.sharded and self.processes == 1:
            raise EngineError(
                "weights cannot be sharded over one process; ask for two or more, or do not shard"
            )

    @property
    def processes(self) -> int:
        return self.guidance * self.ulysses

    def check_heads(self, heads: int) -> None:
        """An ``EngineError`` if the heads of the model cannot be divided."""
        if heads % self.ulysses:
            raise EngineError(
                f"{heads} attention heads cannot be divided over {self.ulysses} processes; "
                f"Ulysses can use {_divisors(heads)}"
            )

    def check_tokens(self, width: int, height: int, frames: int, grid: Grid = GRID) -> None:
        """An ``EngineError`` if the tokens of a clip cannot be divided."""
        tokens = grid.tokens(width, height, frames)
        if tokens % self.ulysses:
            raise EngineError(
                f"{width}x{height} with {frames} frames is {tokens} tokens, which cannot be divided over "
                f"{self.ulysses} processes; change the size or render with fewer processes"
            )


def _divisors(number: int) -> str:
    return ", ".join(str(degree) for degree in range(1, number + 1) if number % degree == 0)


@dataclass(frozen=True)
class Team:
    """This process among those that render together. Without a ``mesh`` it is alone."""

    device: torch.device
    degrees: Degrees = Degrees()
    mesh: DeviceMesh | None = None

    @property
    def rank(self) -> int:
        return dist.get_rank() if self.mesh else 0

    @property
    def guidance_group(self) -> dist.ProcessGroup | None:
        """The two ranks that compute the two passes of the same tokens."""
        return self.mesh["guidance"].get_group() if self.mesh and self.degrees.guidance == 2 else None

    def divide(self, model: nn.Module, blocks: Iterable[nn.Module], split_tokens: bool = True) -> nn.Module:
        """Prepare a model, empty or in host memory: its tokens over ``ulysses``, its weights over all ranks
        if they are sharded.
        """
        if self.mesh is None:
            return model
        if split_tokens and self.degrees.ulysses > 1:
            self.degrees.check_heads(model.config.num_attention_heads)
            _enable_ulysses(model, self.mesh["ring", "ulysses"], self.degrees.ulysses)
        if self.degrees.sharded:
            everyone = self.mesh._flatten("everyone")
            for part in (
                *blocks,
                model,
            ):  # the root too gives its weights back: a text encoder's may hold 2 GB of embedding
                fully_shard(part, mesh=everyone, reshard_after_forward=True)
        return model

    def share(self, value: Any) -> Any:
        """What rank 0 says."""
        if self.mesh is None:
            return value
        return plain.share(value)

    def collect(self, value: Any) -> list[Any]:
        """What each rank says, in order of rank."""
        if self.mesh is None:
            return [value]
        return plain.collect(value)

    def gather(self, piece: torch.Tensor) -> list[torch.Tensor]:
        """At rank 0 the pieces of all ranks, in order of rank; none at the others. They are in host memory,
        and of one shape.
        """
        if self.mesh is None:
            return [piece]
        pieces = [torch.empty_like(piece) for _ in range(dist.get_world_size())] if self.rank == 0 else None
        dist.gather(piece, pieces, dst=0)
        return pieces or []

    def agree(self, value: str) -> None:
        """An ``EngineError`` unless all ranks say the same: with different jobs they would mix their
        pictures.
        """
        if len(set(self.collect(value))) > 1:
            raise EngineError("the processes of this render were given different jobs; start it again")


def join(degrees: Degrees, device_type: str = "cuda") -> Team:
    """Become a rank of the team that ``torchrun`` started, or a team of one."""
    started = int(os.environ.get("WORLD_SIZE", "1"))
    if started != degrees.processes:
        raise EngineError(
            f"{started} processes were started for a placement of {degrees.processes}; "
            f"start it under `torchrun --nproc_per_node={degrees.processes}`"
        )
    local = int(os.environ.get("LOCAL_RANK", "0"))
    device = torch.device("cuda", local) if device_type == "cuda" else torch.device(device_type)
    if device.type == "cuda":
        torch.cuda.set_device(device)
    if degrees.processes == 1:
        return Team(device, degrees)
    if not dist.is_initialized():
        dist.init_process_group("cpu:gloo,cuda:nccl" if device.type == "cuda" else "gloo")
    mesh = init_device_mesh(device_type, (degrees.guidance, 1, degrees.ulysses), mesh_dim_names=_AXES)
    return Team(device, degrees, mesh)


def leave() -> None:
    """End the team. All wait for the last first: a rank that leaves early can abort the others
    (pytorch#179291).
    """
    if dist.is_initialized():
        dist.barrier()
        dist.destroy_process_group()


def _enable_ulysses(model: nn.Module, mesh: DeviceMesh, degree: int) -> None:
    config = ContextParallelConfig(ulysses_degree=degree, ring_degree=1, mesh=mesh)
    with _at_least_one_device():
        model.enable_parallelism(config=config)


@contextmanager
def _at_least_one_device() -> Iterator[None]:
    """Diffusers 0.42 divides by the number of accelerators, which is 0 where only the CPU computes."""
    counted = torch.accelerator.device_count
    if counted() == 0:
        torch.accelerator.device_count = lambda: 1
    try:
        yield
    finally:
        torch.accelerator.device_count = counted
