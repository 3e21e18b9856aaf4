"""How a shot is sampled: the official way, as few-step LoRAs were trained, or as the storyboard says.

Light: no torch. What belongs together is set together; each single value of a storyboard stands over it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from swav.engines import LoraFile, Request
from swav.errors import EngineError

OFFICIAL = "official"


@dataclass(frozen=True)
class Settings:
    """Everything that decides how latents are drawn from noise; see ``sampling.Sampling``."""

    steps: int = 40
    shift: float = 12.0
    solver: str = "unipc"
    guidance_high: float = 4.0
    guidance_low: float = 3.0
    boundary: float = 0.875

    def plain(self) -> dict[str, Any]:
        """For a take's recipe. The solver is left out where it is the official one."""
        found = {name: value for name, value in vars(self).items() if name != "solver"}
        return found | ({} if self.solver == "unipc" else {"solver": self.solver})


_FEW = Settings(steps=4, shift=5.0, solver="euler", guidance_high=1.0, guidance_low=1.0)
NAMED = {
    OFFICIAL: Settings(),
    "lightning": _FEW,
    "lightning-4": _FEW,
    "lightning-8": replace(_FEW, steps=8),
}
"""Official: Wan2.2, ``wan/configs/wan_t2v_A14B.py``. Lightning: ModelTC/Wan2.2-Lightning,
``wan/configs/wan_t2v_A14B.py`` and ``generate.py``; 8 steps are for LoRAs that say so of themselves.
"""

BLOCKS = {
    "RTX A6000": 84 * 6,
    "RTX 6000 Ada": 142 * 6,
    "RTX 3090": 82 * 6,
    "RTX 4090": 128 * 6,
    "L40S": 142 * 6,
    "A100": 108 * 8,
    "H100 PCIe": 114 * 8,
    "H100": 132 * 8,
    "H200": 132 * 8,
}
"""Blocks of 256 threads that a kind of card holds at once: its multiprocessors (datasheets) times 1536 or
2048 threads. Noise of an H100 was compared with the card's own.
"""
CUDA = "H100"
"""The kind that is meant where only ``noise: cuda`` is said."""

_FEW_STEPS = re.compile(r"(?<![a-z0-9.])([2-8])[ _-]?steps?(?![a-z])")
_FAMILY = re.compile(r"lightning|lightx2v|seko|step[ _-]?distill|[2-8][ _-]?steps?[ _-]lora")


def trained_steps(lora: LoraFile) -> int | None:
    """The steps that a LoRA was distilled for, where its name or metadata say so; families are known."""
    said = lora.says.lower()
    if not _FAMILY.search(said):
        return None
    if found := _FEW_STEPS.search(said):
        return int(found[1])
    return 4 if re.search(r"step[ _-]?distill", said) else None


def settings(request: Request) -> Settings:
    """What a request asks for: its named sampling, else the one that its LoRAs were trained for, else the
    official one; and over that each value that it names itself.
    """
    asked = request.sampling
    few = _trained(request)
    found = NAMED[asked.name or OFFICIAL] if asked.name or few is None else _FEW
    if few is not None and asked.name in ("", "lightning"):
        found = replace(found, steps=few)
    high = None if request.guidance is None else float(request.guidance)
    low = asked.guidance_low
    single = {
        "steps": request.steps,
        "shift": asked.shift,
        "solver": asked.solver or None,
        "guidance_high": high,
        "guidance_low": high if low is None else low,
        "boundary": asked.boundary,
    }
    return replace(found, **{name: value for name, value in single.items() if value is not None})


def noise_blocks(request: Request) -> int:
    """Blocks of the card that the noise is drawn like; 0: by the CPU's own generator, everywhere the same.

    Raises EngineError for a kind of card that is not known.
    """
    kind = request.sampling.noise
    if not kind:
        return 0
    if kind != "cuda" and kind not in BLOCKS:
        raise EngineError(f"noise cannot be drawn like {kind}; there are {', '.join(BLOCKS)}")
    return BLOCKS[CUDA if kind == "cuda" else kind]


def remarks(request: Request) -> Iterator[str]:
    """Sentences where steps, LoRAs and sampling do not go together."""
    found, few = settings(request), _trained(request)
    if few is not None and found.steps != few:
        yield f"{found.steps} steps with a LoRA that was trained for {few}: leave out steps and sampling"
    elif few is not None and found != replace(_FEW, steps=few):
        yield f"a LoRA that was trained for {few} steps is sampled in another way than it was trained"
    if few is None and request.sampling.name.startswith("lightning") and not request.loras:
        yield f"sampling {request.sampling.name} without a LoRA that was trained for few steps"


def _trained(request: Request) -> int | None:
    """Of the first LoRA that says for how many steps it was trained."""
    return next((steps for lora in request.loras if (steps := trained_steps(lora)) is not None), None)
