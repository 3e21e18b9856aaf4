"""A pipeline of Diffusers inside a resident worker: loaded once, it makes the take of each shot that comes.

It knows no model: what is particular to one comes as plain data in the order and in the task.
"""

import hashlib
import inspect
import json
from collections.abc import Callable, Generator, Iterator, Mapping
from fractions import Fraction
from math import sqrt
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import torch
import transformers
from diffusers import DiffusionPipeline
from PIL import Image

from swav.diffusion import attention, cuda, lossy
from swav.diffusion.parallel import Degrees, join
from swav.diffusion.phases import Phases
from swav.diffusion.pipeline_folder import DENOISERS
from swav.diffusion.pipeline_guidance import Guided
from swav.diffusion.pipeline_loras import examine, merge
from swav.diffusion.pipeline_parts import (
    Parts,
    assemble,
    blocks_of,
    guide,
    load,
    of_class,
    settle,
    stand_before,
)
from swav.diffusion.pipeline_steps import PICTURE, Run, watch
from swav.diffusion.placement import Placement
from swav.diffusion.preview import Preview
from swav.diffusion.quiet import hush
from swav.diffusion.resume import for_look
from swav.diffusion.resume import load as load_state
from swav.diffusion.resume import save as save_state
from swav.errors import EngineError
from swav.files import replacing
from swav.media.writer import ClipWriter, Sound
from swav.render.worker import Session


class Renderer:
    """One rank's pipeline. ``setup`` is what ``swav.engines._diffusion`` ordered."""

    def __init__(self, setup: dict[str, Any], session: Session):
        hush()
        diffusers.utils.logging.disable_progress_bar()
        self.setup, self.placement = setup, Placement.from_plain(setup["placement"])
        placed = self.placement
        degrees = Degrees(placed.guidance, placed.ulysses, placed.fsdp > 1)
        cuda.require(setup["device"])
        self.team = join(degrees, setup["device"])
        self.phases = Phases(self.team.device)
        with self.phases.of("load"):
            self._load(session)
        self.versions = {
            "torch": torch.__version__,
            "diffusers": diffusers.__version__,
            "transformers": transformers.__version__,
        }
        self.kinds: dict[str, DiffusionPipeline] = {}

    def _load(self, session: Session) -> None:
        setup, megabytes = self.setup, self.setup["bytes"] // 1_000_000
        session.tell("load MB", 0, megabytes)
        self.dtype = getattr(torch, self.placement.precision)
        examine(setup.get("loras", ()))
        folder, float32 = Path(setup["folder"]), setup["float32"]
        if assembler := setup.get("assembler"):
            self.pipeline = assemble(assembler, folder, self.dtype, float32)
        else:
            self.pipeline = load(folder, setup["pipeline"], self.dtype, float32, setup["variant"])
        merge(self.pipeline, setup.get("loras", ()), setup.get("title", ""), setup.get("lora_names", ""))
        self.scheduler = self.pipeline.scheduler
        if setup["tiled"] or self.placement.vae == "tiled":
            self.pipeline.vae.enable_tiling()
        denoisers = [p for name in DENOISERS if (p := getattr(self.pipeline, name, None)) is not None]
        for denoiser in denoisers:
            lossy.change(denoiser, blocks_of(denoiser), setup.get("ways", ()))
            self.team.divide(denoiser, blocks_of(denoiser))
        if self.team.device.type == "cuda":
            attention.trim()
        if self.placement.attention != "native":
            for denoiser in denoisers:
                attention.use(self.placement.attention, denoiser)
        for denoiser in denoisers:
            lossy.attend(denoiser, setup.get("ways", ()))
        self.parts = Parts(self.pipeline, self.team.device, self.placement)
        self.parts.open(self._in_use)
        self.guided: list[Guided] = []
        if self.placement.guidance == 2:
            for denoiser in denoisers:
                stand_before(denoiser, self._guided)
        session.tell("load MB", megabytes, megabytes)

    def _guided(self, call: Callable) -> Guided:
        self.guided.append(Guided(call, self.setup["passes"], self.team.guidance_group))
        return self.guided[-1]

    def _in_use(self, part: str, method: str) -> None:
        """Begin the phase that the use of a part tells of."""
        if part in DENOISERS:
            self.phases.begin("denoise")
        elif method == "decode":
            self.phases.begin("decode")

    def _pipeline(self, name: str) -> DiffusionPipeline:
        if name not in self.kinds:
            self.kinds[name] = settle(of_class(self.pipeline, name), self.team.device)
        return self.kinds[name]

    @torch.no_grad()
    def render(self, task: dict[str, Any], session: Session) -> dict[str, Any]:
        """Write the clip, or the still, of a task, and return what its record says."""
        recipe, state, notes = task["recipe"], Path(task["state"]), []
        identity = self._identity(recipe)
        self.team.agree(identity)
        found = load_state(state, identity, notes.append) if session.rank == 0 else None
        for note in notes:
            session.note(note)
        look_at = task["look_at"]
        saved = self.team.share(found)
        saved, seen, keeps = for_look(saved, saved["done"] if saved else 0, look_at)
        pipeline = self._pipeline(task["pipeline"])
        pipeline.scheduler = type(self.scheduler).from_config(self.scheduler.config)
        for guided in self.guided:
            guided.begin()
        generator = torch.Generator("cpu").manual_seed(recipe["seed"] % 2**64)

        shape = (recipe["height"], recipe["width"])
        preview = Preview(state, self.setup["model"], _channels(pipeline), shape)

        def after(done: int, kept: Callable[[], dict[str, Any]]) -> None:
            if session.rank == 0:
                if keeps:
                    save_state(state, identity, kept())
                preview.show(lambda: run.estimates[PICTURE])
            session.tell("denoise", done, look_at or recipe["steps"])
            session.go_on()

        before = dict(self.phases.seconds)
        with self.phases.of("encode"):
            run = Run(
                generator,
                recipe["steps"],
                after,
                saved,
                sound=self.setup["sound"],
                look_at=look_at,
                seen=seen,
                first_sigma=self.setup["first_sigma"],
            )
            watch(pipeline, run)
            made = pipeline(
                **pictures(task["pictures"]),
                **sized(pipeline, task["call"]),
                **guide(pipeline, task["guidance_name"], recipe["guidance"]),
                generator=generator,
                output_type="pt" if session.rank == 0 else "latent",
            )
        written = {}
        if session.rank == 0:
            frames = _pixels(made.frames[0] if "frames" in recipe else made.images)
            if not look_at:
                frames = preview.learn(run.latents.get(PICTURE), frames, recipe.get("frames", 1))
            with self.phases.of("write"):
                written = self._write(frames, task, session, self._sound(made, task))
        return {
            "sampling": {name: recipe[name] for name in ("steps", "guidance")},
            "seed": recipe["seed"],
            "native_size": f"{recipe['width']}x{recipe['height']}",
            "fingerprint": self.setup["model"],
            **({"lossy": recipe["lossy"]} if "lossy" in recipe else {}),
            "placement": self.placement.plain(),
            "phase_seconds": {
                phase: round(spent - before.get(phase, 0.0), 3) if phase != "load" else round(spent, 3)
                for phase, spent in self.phases.seconds.items()
            },
            "peak_bytes": dict(self.phases.peak_bytes),
            "resumed_from": saved["done"] if saved else 0,
            "versions": {**self.versions, **cuda.versions(self.team.device.type)},
            **written,
        }

    def _sound(self, made: Any, task: dict[str, Any]) -> Sound | None:
        """What is heard of a take, as long as its pictures; None where the model makes no sound."""
        if not self.setup["sound"]:
            return None
        heard, rate = made.audio[0].float().cpu(), self.pipeline.vocoder.config.output_sampling_rate
        if not torch.isfinite(heard).all():
            raise EngineError("the sound is not numbers: the weights are damaged, or overflow on this card")
        length = round(task["recipe"]["frames"] / Fraction(task["rate"]) * rate)
        heard = heard[:2, :length]
        return Sound(torch.nn.functional.pad(heard, (0, length - heard.shape[1])).numpy(), rate)

    def _write(
        self, frames: Iterator[np.ndarray], task: dict[str, Any], session: Session, sound: Sound | None
    ) -> dict[str, Any]:
        """Write the pictures, and return their digest: RGB as decoded, whatever the encoder makes of them."""
        recipe, digest, target = task["recipe"], hashlib.sha256(), Path(task["clip"])
        made_with = ", ".join(f"{name} {version}" for name, version in self.versions.items())
        if "frames" not in recipe:
            picture = next(frames)
            _check_form(picture, recipe)
            with replacing(target) as partial:
                Image.fromarray(picture).save(partial, format="PNG")
            return {"pixels_sha256": hashlib.sha256(picture.tobytes()).hexdigest()}
        with ClipWriter(
            target,
            width=recipe["width"],
            height=recipe["height"],
            rate=Fraction(task["rate"]),
            metadata={**task["metadata"], "software": made_with},
            sound=sound,
        ) as clip:
            for frame in frames:
                session.go_on_alone()
                _check_form(frame, recipe)
                clip.write(frame)
                digest.update(frame)
        if clip.frames != recipe["frames"]:
            raise EngineError(
                f"the pipeline made {clip.frames} frames, and {recipe['frames']} were asked for"
            )
        said = {"native_frames": clip.frames, "pixels_sha256": digest.hexdigest()}
        if sound:
            said["sound_sha256"] = hashlib.sha256(sound.samples.tobytes()).hexdigest()
        return said

    def _identity(self, recipe: Mapping[str, Any]) -> str:
        """What a saved state belongs to: the take, and all that decides its bits along the way."""
        facts = [self.setup["model"], self.versions, str(self.dtype), recipe]
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _channels(pipeline: DiffusionPipeline) -> int:
    """How many channels its latents have: 0 where it does not tell, which nobody needs but a preview."""
    told = getattr(getattr(pipeline, "vae", None), "config", {})
    return told.get("z_dim") or told.get("latent_channels") or 0


def _check_form(frame: np.ndarray, recipe: Mapping[str, Any]) -> None:
    """No pipeline may change a size without a word."""
    height, width = frame.shape[:2]
    if (width, height) != (recipe["width"], recipe["height"]):
        asked = f"{recipe['width']}x{recipe['height']}"
        raise EngineError(f"the pipeline made pictures of {width}x{height}, and {asked} were asked for")


def _pixels(pictures: torch.Tensor) -> Generator[np.ndarray, None, None]:
    """uint8 (height, width, 3) of float (frames, 3, height, width) between 0 and 1, rounded."""
    for picture in pictures:
        if not torch.isfinite(picture).all():
            raise EngineError(
                "the pictures are not numbers: the weights are damaged, or overflow on this card"
            )
        scaled = (picture.float().clamp(0, 1) * 255).round().to(torch.uint8)
        yield np.ascontiguousarray(scaled.permute(1, 2, 0).cpu().numpy())


def pictures(files: Mapping[str, str | list[str]]) -> dict[str, Image.Image | list[Image.Image]]:
    """The pictures that a pipeline is called with: frames of the size that it renders, and references."""
    return {
        name: [_opened(each) for each in file] if isinstance(file, list) else _opened(file)
        for name, file in files.items()
    }


def _opened(file: str) -> Image.Image:
    return Image.open(file).convert("RGB")


def sized(pipeline: DiffusionPipeline, call: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a call. Some pipelines take no size: they have an area, and the picture's form."""
    known = inspect.signature(type(pipeline).__call__).parameters
    if "width" in known:
        return dict(call)
    pipeline.target_size = sqrt(call["width"] * call["height"])
    return {name: value for name, value in call.items() if name not in ("width", "height")}
