"""What a placement says to the user: why nothing fits and what would, and what to know of what does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from swav.diffusion.facts import ModelFacts, ShotFacts
from swav.diffusion.placement import Placement
from swav.diffusion.plan import Plan
from swav.errors import EngineError
from swav.render.hardware import Gpu, Hardware
from swav.render.speeds import UNKNOWN, speed_of


def check_cards(cards: tuple[Gpu, ...], oldest: tuple[int, int], title: str) -> None:
    """An EngineError unless there are cards, and all can compute in bfloat16."""
    if not cards:
        raise EngineError(
            f"{title} needs a GPU, and nvidia-smi shows none that may be used; "
            "look at CUDA_VISIBLE_DEVICES and the driver, or build with --config engine=animatic"
        )
    for card in cards:
        if card.capability < oldest:
            raise EngineError(
                f"{title} computes in bfloat16, which needs a card of compute capability 8.0 or newer, and "
                f"{card.name} has {card.capability[0]}.{card.capability[1]}; "
                "leave it out of cards in config.yaml"
            )


def refusal(
    hardware: Hardware,
    card: Gpu,
    shot: ShotFacts,
    plans: Sequence[Plan],
    fits: Callable[[ShotFacts], bool],
) -> str:
    """Why none of the plans fits, in one sentence. ``fits`` says whether a smaller shot would."""
    on_cards = min(plans, key=lambda plan: (plan.needed_bytes, plan.needed_host_bytes))
    on_host = min(plans, key=lambda plan: (plan.needed_host_bytes, plan.needed_bytes))
    needs = dict.fromkeys(_need(plan) for plan in (on_cards, on_host))
    count, name = len(hardware.cards), hardware.cards[0].name
    return (
        f"{shot.width}x{shot.height} with {shot.frames} frames needs {', or '.join(needs)}, and here "
        f"{'is' if count == 1 else 'are'} {count} x {name} with {_gb(card.free_bytes, 0)} GB free"
        f"{' each' if count > 1 else ''} and {_gb(hardware.host_bytes, 0)} GB of host memory; "
        f"{_what_fits(shot, fits)}"
    )


def _need(plan: Plan) -> str:
    cards = "a card" if plan.placement.processes == 1 else f"each of {plan.placement.processes} cards"
    host = _gb(plan.needed_host_bytes)
    return f"{_gb(plan.needed_bytes)} GB free on {cards} with {host} GB of host memory"


def _gb(size: float, up: int = 1) -> int:
    """Gigabytes (1e9), what is needed rounded up and what is there rounded down."""
    return int(-(-size // 1e9)) if up else int(size // 1e9)


def _what_fits(shot: ShotFacts, fits: Callable[[ShotFacts], bool]) -> str:
    """The largest smaller shot that fits, as the end of a refusal."""
    upright = shot.height > shot.width
    small = (480, 832) if upright else (832, 480)
    lengths = [frames for frames in (81, 49, 33, 17) if frames < shot.frames]
    shots = [replace(shot, frames=frames) for frames in lengths]
    if small[0] * small[1] < shot.pixels:
        smaller_shot = replace(shot, width=small[0], height=small[1])
        shots = [smaller_shot, *shots, *(replace(smaller_shot, frames=frames) for frames in lengths)]
    for other in shots:
        if fits(other):
            return f"{other.width}x{other.height} with {other.frames} frames would fit"
    return "no smaller shot fits: free memory, or build with --config engine=animatic"


def notes(plan: Plan, hardware: Hardware, card: Gpu, model: ModelFacts) -> Iterator[str]:
    """What the user should know of a plan beside its figures."""
    placement = plan.placement
    idle = len(hardware.cards) - placement.processes
    if idle:
        yield (
            f"{idle} of {len(hardware.cards)} cards would not make one shot faster; "
            "with a smaller gpus_per_render they could render other shots meanwhile"
        )
    if len({card.name for card in hardware.cards}) > 1:
        yield f"the cards differ; all are planned as {card.name} with {_gb(card.free_bytes, 0)} GB"
    if speed_of(card) is UNKNOWN:
        yield f"{card.name} is not known here: its memory is planned as it is, its time is a guess"
    if not plan.forecast.measured:
        yield f"{model.title} was not measured: minutes and memory are an estimate by its size"
        if plan.needed_bytes > card.free_bytes or plan.needed_host_bytes > hardware.host_bytes:
            yield "by its size it does not fit; it is tried all the same, by the smallest plan there is"
    if card.capability[0] == 9 and model.divisions.kernels and "flash3" not in hardware.kernels:
        yield "`pip install fa3-fwd` would make this Hopper card faster (FlashAttention 3)"
    if not hardware.compiles and model.divisions.compiles:
        yield "blocks cannot be compiled without a C compiler: install gcc, and passes are faster and smaller"
    if placement.residency == "one_expert" and not placement.host_copies:
        yield f"host memory is too small for {_all_that_denoises(model)}: each is read from disk once a shot"


def in_words(placement: Placement, model: ModelFacts) -> str:
    """What a placement does about memory, for a sentence."""
    whole, one = _all_that_denoises(model), "one expert" if len(model.denoisers) > 1 else "one part"
    weights = {
        "all": f"{whole} on the card",
        "one_expert": f"{one} on the card at a time",
        "streamed": f"{whole.removeprefix('both ')} streamed from host memory",
    }[placement.residency]
    if placement.fsdp > 1:
        weights = f"{whole} divided over {placement.fsdp} cards"
    text = {"card": "on the card", "host": "in host memory", "disk": "on disk", "streamed": "streamed"}
    over = f" over {placement.processes} cards" if placement.vae == "spread" else ""
    return f"{weights}, the text encoder {text[placement.text]}, the VAE {placement.vae}{over}"


def divided(placement: Placement) -> str:
    """How the work is divided, as the beginning of a phrase: the two passes of a step, and each picture."""
    guidance, cards = placement.guidance, placement.ulysses
    parts = [f"the {guidance} passes of a step at once"] if guidance > 1 else []
    parts += [f"each picture over {cards} cards (Ulysses)"] if cards > 1 else []
    return "".join(f"{part}, " for part in parts)


def _all_that_denoises(model: ModelFacts) -> str:
    return "both experts" if len(model.denoisers) > 1 else "the denoiser"
