"""Wan 2.2 inside a resident worker: the weights, loaded once, and each shot that a job brings.

One function turns a plan into the engine's own setup; nothing else in the house knows both.
"""

import hashlib
from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from swav.diffusion import cuda
from swav.diffusion.parallel import Degrees
from swav.diffusion.placement import Placement
from swav.diffusion.preview import Preview
from swav.engines.wan22 import FRAMES_PER_SECOND
from swav.engines.wan22.engine import Progress, Rendering, Setup, TakeSpec, Wan22
from swav.engines.wan22.loras import Lora
from swav.engines.wan22.sampling import Sampling
from swav.engines.wan22.service import check_weights
from swav.files import replacing
from swav.media.writer import ClipWriter
from swav.render.worker import Session
from swav.unchanged import SourceChanged, unchanged

_EXPERTS = {"all": "all", "one_expert": "one", "streamed": "streamed"}


class Renderer:
    """One rank's Wan 2.2. ``setup`` is what ``service`` ordered: folder, model, device, placement."""

    def __init__(self, setup: dict[str, Any], session: Session):
        self.placement = Placement.from_plain(setup["placement"])
        self.device = setup["device"]
        cuda.require(self.device)
        self.engine = Wan22(
            setup["folder"],
            setup_of(self.placement, setup["device"], setup.get("ways", ())),
            embeddings=Path(setup["embeddings"]),
            on_progress=_in_megabytes(session),
        )
        check_weights(Path(setup["folder"]), setup["model"])

    def render(self, task: dict[str, Any], session: Session) -> dict[str, Any]:
        """Write the clip of a task, and return what its record says.

        The digest of the pixels, RGB as decoded, tells whether two takes are the same to the last bit; the
        encoder's threads may make two clips of the same pixels.
        """
        try:
            with ExitStack() as held:
                self.engine.use_loras([_lora(held, *lora) for lora in task["loras"]])
                return self._render(task, session)
        except SourceChanged:
            self.engine.forget_loras()
            raise

    def _render(self, task: dict[str, Any], session: Session) -> dict[str, Any]:
        recipe, state = task["recipe"], Path(task["state"])
        preview = Preview(state, self.engine.fingerprint, 16, (recipe["height"], recipe["width"]))
        heard = {"on_progress": _watch(session), "notice": session.note, "show": preview.show}
        rendering = self.engine.render(_spec(recipe), state, look_at=task["look_at"], **heard)
        if session.rank == 0 and not task["look_at"]:
            rendering.frames = preview.learn(rendering.latents, rendering.frames, recipe["frames"])
        pixels = self._write(rendering, task, session)
        report = rendering.report
        return {
            "sampling": {name: recipe[name] for name in (*_SAMPLING, "noise") if name in recipe},
            "seed": recipe["seed"],
            "native_size": f"{recipe['width']}x{recipe['height']}",
            "native_frames": recipe["frames"],
            "loras": recipe["loras"],
            **({"lossy": recipe["lossy"]} if "lossy" in recipe else {}),
            "fingerprint": report["fingerprint"],
            "layout": report["layout"],
            "placement": {**self.placement.plain(), "attention": report["kernel"]},
            "pixels_sha256": pixels,
            "load": report["load"],
            "phase_seconds": {phase: round(spent, 3) for phase, spent in report["seconds"].items()},
            "peak_bytes": report["peak_bytes"],
            "resumed_from": report["resumed_from"],
            "versions": {**report["versions"], **cuda.versions(self.device)},
        }

    def _write(self, rendering: Rendering, task: dict[str, Any], session: Session) -> str:
        """Write the frames as they are decoded, and return their digest. Only rank 0 has any to write."""
        if session.rank > 0:
            for _ in rendering.frames:  # its part of decoding, if it has one
                raise AssertionError("only rank 0 has pixels")
            return ""
        if task["still"]:
            with closing(rendering.frames) as frames:
                return _write_still(list(frames), Path(task["clip"]))
        recipe, versions = task["recipe"], rendering.report["versions"]
        digest = hashlib.sha256()
        made_with = ", ".join(f"{name} {version}" for name, version in versions.items())
        # Decoding begins before the clip, and is closed if that fails or the job goes away, so that all ranks
        # of a VAE that is spread hear of it.
        with closing(rendering.frames) as frames:
            first = next(frames)
            with ClipWriter(
                task["clip"],
                width=recipe["width"],
                height=recipe["height"],
                rate=Fraction(FRAMES_PER_SECOND),
                metadata={**task["metadata"], "software": made_with},
            ) as clip:
                for frame in chain([first], frames):
                    clip.write(frame)
                    digest.update(frame)
        return digest.hexdigest()


def _write_still(frames: list[np.ndarray], target: Path) -> str:
    """Write the only frame as a PNG, and return its digest."""
    (picture,) = frames
    with replacing(target) as partial:
        Image.fromarray(picture).save(partial, format="PNG")
    return hashlib.sha256(picture.tobytes()).hexdigest()


_SAMPLING = ("steps", "shift", "guidance_high", "guidance_low", "boundary", "solver")


def setup_of(placement: Placement, device: str, ways: Iterable[str] = ()) -> Setup:
    """A placement as the engine applies it."""
    return Setup(
        device=device,
        dtype=placement.precision,
        degrees=Degrees(placement.guidance, placement.ulysses, sharded=placement.fsdp > 1),
        experts=_EXPERTS[placement.residency],
        host_copies=placement.host_copies,
        text=placement.text,
        kernel=placement.attention,
        compiled=placement.compile,
        vae=placement.vae,
        ways=tuple(ways),
    )


def _spec(recipe: dict[str, Any]) -> TakeSpec:
    return TakeSpec(
        prompt=recipe["prompt"],
        negative=recipe["negative"],
        width=recipe["width"],
        height=recipe["height"],
        frames=recipe["frames"],
        seed=recipe["seed"],
        sampling=Sampling(**{name: recipe[name] for name in _SAMPLING if name in recipe}),
        noise=recipe.get("noise", {}).get("blocks", 0),
    )


def _lora(held: ExitStack, path: str, content: str, weight: float, expert: str) -> Lora:
    """A LoRA, its file held open while it may be read: an expert may be read again amid a shot."""
    return Lora(held.enter_context(unchanged(path, content)), weight, expert)


def _in_megabytes(session: Session) -> Callable[[Progress], None]:
    def tell(progress: Progress) -> None:
        session.tell("load MB", progress.done // 1_000_000, progress.total // 1_000_000)

    return tell


def _watch(session: Session) -> Callable[[Progress], None]:
    """Pass progress on, and end the render between two steps, on all ranks at once, if the job went away."""

    def tell(progress: Progress) -> None:
        session.tell(progress.phase, progress.done, progress.total)
        if progress.phase == "decode":  # only rank 0 has frames; where others decode too, it tells them
            session.go_on_alone()
        else:
            session.go_on()

    return tell
