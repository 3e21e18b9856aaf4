"""Engines that are recipes: their takes are those of Diffusers' own pipelines, interrupted or not."""

import hashlib
import json
import os
from fractions import Fraction

import av
import diffusers
import numpy as np
import pytest
import ranks
import torch
from diffusers.hooks import HookRegistry, ModelHook
from diffusers.pipelines.qwenimage import pipeline_qwenimage_edit_plus
from PIL import Image
from places import TESTS
from tiny_pipelines import MAKERS, SIDE, picture, write

from swav.arithmetic import processor
from swav.diffusion import attention, pipeline
from swav.diffusion.pipeline import Renderer
from swav.diffusion.pipeline_parts import stand_before
from swav.diffusion.pipeline_processors import processors
from swav.engines import Job, Request, Site, Source, _diffusion, engines
from swav.engines.wan22 import NEGATIVE_PROMPT
from swav.keys import Length
from swav.render.worker import Cancelled

STEPS = 3
ASKED = {
    "cogvideox-5b": {"prompt": "a red fox", "num_frames": 9, "guidance_scale": 6.0, "use_dynamic_cfg": True},
    "cogvideox-5b-i2v": {
        "prompt": "a red fox",
        "num_frames": 9,
        "guidance_scale": 6.0,
        "use_dynamic_cfg": True,
        "image": True,
    },
    "svd": {
        "image": True,
        "num_frames": 25,
        "max_guidance_scale": 3.0,
        "fps": 7,
        "motion_bucket_id": 127,
        "noise_aug_strength": 0.02,
        "decode_chunk_size": 8,
    },
    "hunyuanvideo": {"prompt": "a red fox", "num_frames": 5, "guidance_scale": 6.0},
    "hunyuanvideo-1.5": {"prompt": "a red fox", "num_frames": 5},
    "ltx-2": {
        "prompt": "a red fox",
        "negative_prompt": "worst quality, inconsistent motion, blurry, jittery, distorted",
        "num_frames": 9,
        "frame_rate": 24.0,
        "guidance_scale": 3.0,
    },
    "sdxl": {"prompt": "a red fox", "guidance_scale": 5.0},
    "z-image": {"prompt": "a red fox", "guidance_scale": 0.0},
    "qwen-image": {"prompt": "a red fox", "true_cfg_scale": 4.0, "negative_prompt": " "},
    "qwen-image-edit": {
        "prompt": "a red fox",
        "true_cfg_scale": 4.0,
        "negative_prompt": " ",
        "image": True,
    },
    "hunyuanvideo-1.5-i2v": {"prompt": "a red fox", "num_frames": 5, "image": True},
    "wan2.2-ti2v": {
        "prompt": "a red fox",
        "negative_prompt": NEGATIVE_PROMPT,
        "num_frames": 5,
        "guidance_scale": 5.0,
    },
    "wan2.2-i2v": {
        "prompt": "a red fox",
        "negative_prompt": NEGATIVE_PROMPT,
        "image": True,
        "num_frames": 5,
        "guidance_scale": 3.5,
    },
}
"""What each pipeline is called with, as in its authors' examples; ``image`` stands for the first frame."""


def sides(name):
    """The size of the tiny pictures: as small as each network allows."""
    small = ("ltx-2", "svd", "sdxl", "z-image", "qwen-image", "qwen-image-edit")
    side = 32 if name in small else SIDE
    return {"width": side, "height": side}


class Session:
    """The session of a worker that is this process; the job goes away after ``steps`` steps."""

    rank, processes = 0, 1

    def __init__(self, steps: int | None = None):
        self.steps, self.notes, self.told = steps, [], []

    def tell(self, step, done, total):
        self.told.append((step, done, total))

    def note(self, sentence):
        self.notes.append(sentence)

    def go_on(self):
        if self.steps is not None and self.told[-1][1] == self.steps:
            raise Cancelled

    def go_on_alone(self):
        pass


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    """A folder of models into which each is written when it is first asked for."""
    return tmp_path_factory.mktemp("models")


class Studio:
    """Shoots with an engine whose worker is this process, and keeps what it loaded."""

    def __init__(self, name, models, folder, monkeypatch):
        if not (models / name).exists():
            write(name, models)
        self.engine, self.models, self.folder = engines()[name], models, folder
        self.session, self.renderers, self.monkeypatch = Session(), {}, monkeypatch
        monkeypatch.setenv("SWAV_DEVICE", "cpu")
        for area in ("CONDITION_IMAGE_SIZE", "VAE_IMAGE_SIZE"):  # a megapixel of each reference takes minutes
            monkeypatch.setattr(pipeline_qwenimage_edit_plus, area, 64 * 64)
        monkeypatch.setattr(_diffusion, "render", self._render)
        Image.fromarray(picture(sides(name)["width"])).save(folder / "first.png")
        self.first = Source(str(folder / "first.png"), "digest of the first frame")
        self.last = Source(str(folder / "last.png"), "digest of the last frame")
        Image.fromarray(picture(sides(name)["width"], 1)).save(folder / "last.png")

    def _render(self, order, task, **hears):
        setup = order.setup | {"placement": order.setup["placement"] | self.placed}
        key = json.dumps(setup)
        self.renderers[key] = self.renderers.get(key) or Renderer(setup, self.session)
        return self.renderers[key].render(task, self.session)

    def request(self, **changes):
        values = {"shot": "s", "rate": Fraction(24), "seed": 7, "steps": STEPS, **sides(self.engine.name)}
        values |= {"length": Length(frames=4), "prompt": "a red fox"}
        if "first_frame" in self.engine.needs:
            values["first_frame"] = self.first
        if "references" in self.engine.needs:
            values["references"] = (self.first,)
        return Request(**values | changes)

    def shoot(self, steps=None, placed=(), look_at=0, **changes):
        """Shoot, until the job goes away after so many steps; ``placed`` in another way than on a CPU."""
        self.session, self.placed = Session(steps), dict(placed)
        request = self.request(**changes)
        suffix = "png" if self.engine.draws_stills else "mp4"
        readiness = self.engine.readiness(Site(self.models, ("0",)))
        assert readiness.ready, readiness.why
        job = Job(
            request=request,
            model=readiness.model,
            frames=request.length.frames,
            clip=self.folder / f"take.{suffix}",
            metadata={},
            build=self.folder,
            gpus=1,
            models=self.models,
            state=self.folder / "state/0123456789ab",
            look_at=look_at,
        )
        return self.engine.shoot(job)


@pytest.fixture
def studio(request, models, tmp_path, monkeypatch):
    return Studio(request.param, models, tmp_path, monkeypatch)


def on_wans_grid(scheduler):
    """The time grid of Wan's own code (Wan2.2, ``wan/utils/fm_solvers_unipc.py``)."""
    real = scheduler.set_timesteps

    def set_timesteps(steps, device=None):
        real(sigmas=np.linspace(0.999, 0, steps + 1)[:-1], device=device)

    scheduler.set_timesteps = set_timesteps


def own(name, models, kind="DiffusionPipeline", heard=None, shown=None, **more):
    """The digest of the pixels of Diffusers' own pipeline, called as its examples do; sounds go to heard."""
    torch.manual_seed(1)  # whatever it draws beside its generator is not ours to share
    pipeline = getattr(diffusers, kind).from_pretrained(models / name, **processors(models / name))
    pipeline.set_progress_bar_config(disable=True)
    asked = {**ASKED[name], **more}
    for number, argument in enumerate(("image", "last_image")):
        if argument in asked:
            asked[argument] = Image.fromarray(picture(sides(name)["width"], number))
    if shown:
        asked["image"] = [Image.open(file) for file in shown]
    if name.startswith("wan"):
        on_wans_grid(pipeline.scheduler)
    made = pipeline(
        **asked,
        **({} if name == "hunyuanvideo-1.5-i2v" else sides(name)),  # its size is its picture's
        num_inference_steps=STEPS,
        generator=torch.Generator("cpu").manual_seed(7),
        output_type="pt",
    )
    if heard is not None and "audio" in made:
        heard += made.audio
    pictures = made.frames[0] if "frames" in made else made.images
    digest = hashlib.sha256()
    for frame in pictures:
        digest.update((frame.clamp(0, 1) * 255).round().to(torch.uint8).permute(1, 2, 0).numpy().tobytes())
    return digest.hexdigest()


@pytest.mark.parametrize("studio", MAKERS, indirect=True)
def test_a_take_is_that_of_the_pipeline_and_resumed_and_looked_at_it_is_the_same(studio):
    """Killed on its way to a look, looked at, and made whole from there; or streamed, block by block."""
    name = studio.engine.name
    with pytest.raises(Cancelled):
        studio.shoot(steps=1, look_at=2)
    look = studio.shoot(look_at=2)
    assert look["resumed_from"] == 1 and studio.engine.steps(studio.request()) == STEPS
    assert [told for told in studio.session.told if told[0] == "denoise"] == [("denoise", 2, 2)]
    made, heard = studio.shoot(), []
    assert made["resumed_from"] == 2 and made["pixels_sha256"] != look["pixels_sha256"]
    assert [told for told in studio.session.told if told[0] == "denoise"] == [("denoise", 3, 3)]
    (studio.folder / "state/0123456789ab/denoising.pt").unlink()
    streamed = studio.shoot(placed={"residency": "streamed"})
    assert (streamed["resumed_from"], streamed["pixels_sha256"]) == (0, made["pixels_sha256"])
    assert made["pixels_sha256"] == own(name, studio.models, heard=heard)
    assert bool(heard) == studio.engine.sounds
    if heard:  # as long as the pictures, kept without loss in the clip
        track, rate = samples(studio.folder / "take.mp4")
        frames = made["native_frames"]
        assert track.shape == (2, round(rate * frames / studio.engine.model.rate))
        exact = np.round(heard[0].numpy().clip(-1, 1) * 32767)[:, : track.shape[1]]
        assert np.array_equal(track[:, : exact.shape[1]], exact) and np.abs(exact).max() > 0
        return  # its latents are rows of all moments, of which no preview is made
    look = studio.folder / "live/looked"
    shown = studio.folder / "state/0123456789ab/preview.jpg"
    look.touch()
    with pytest.raises(Cancelled):
        studio.shoot(steps=1, seed=8)
    assert Image.open(shown).width >= 240, "what was learnt of the take that was made shows the next"
    shown.unlink()
    os.utime(look, (0, 0))
    with pytest.raises(Cancelled):
        studio.shoot(steps=1, seed=9)
    assert not shown.exists(), "nobody looks"


@pytest.mark.parametrize("studio", ["sdxl", "z-image"], indirect=True)
def test_a_look_is_taken_once_and_leaves_what_was_made_alone(studio):
    look = studio.shoot(look_at=2)
    again = studio.shoot(look_at=2)
    assert again["resumed_from"] == 2, "no pass is made again for a look that was lost"
    assert again["pixels_sha256"] == look["pixels_sha256"]
    earlier = studio.shoot(look_at=1)
    assert earlier["resumed_from"] == 0 and earlier["pixels_sha256"] != look["pixels_sha256"]
    made = studio.shoot()
    assert made["resumed_from"] == 2 and made["pixels_sha256"] == own(studio.engine.name, studio.models)


def samples(clip):
    """The sound of a clip as it is kept, int16 (channels, n), and its rate."""
    with av.open(str(clip)) as opened:
        stream = opened.streams.audio[0]
        return np.concatenate([block.to_ndarray() for block in opened.decode(stream)], 1), stream.rate


OTHER_PICTURES = [
    ("wan2.2-ti2v", "WanImageToVideoPipeline", ("first",), ("image",)),
    ("wan2.2-i2v", "WanImageToVideoPipeline", ("first", "last"), ("image", "last_image")),
    ("ltx-2", "LTX2ImageToVideoPipeline", ("first",), ("image",)),
]


@pytest.mark.parametrize(
    ("studio", "kind", "given", "arguments"),
    OTHER_PICTURES,
    indirect=["studio"],
    ids=["ti2v", "i2v", "ltx-2"],
)
def test_a_model_that_may_see_a_picture_sees_it(studio, kind, given, arguments):
    """Looked at, interrupted or not, though some step through all frames but the one that they see."""
    pictures = {f"{which}_frame": getattr(studio, which) for which in given}
    looks = [studio.shoot(look_at=2, **pictures) for _ in range(2)]
    assert looks[0]["pixels_sha256"] == looks[1]["pixels_sha256"] and looks[1]["resumed_from"] == 2
    made, heard = studio.shoot(**pictures), []
    assert made["resumed_from"] == 2
    name = studio.engine.name
    assert made["pixels_sha256"] == own(name, studio.models, kind, heard, **dict.fromkeys(arguments))
    if heard:
        exact = np.round(heard[0].numpy().clip(-1, 1) * 32767)
        track = samples(studio.folder / "take.mp4")[0]
        assert np.array_equal(track[:, : exact.shape[1]], exact[:, : track.shape[1]])


@pytest.mark.parametrize("studio", ["qwen-image-edit"], indirect=True)
def test_a_still_is_drawn_after_pictures_of_several_sizes(studio):
    files = [studio.folder / f"{width}x{height}.png" for width, height in ((32, 32), (90, 40), (33, 77))]
    for number, file in enumerate(files):
        width, height = map(int, file.stem.split("x"))
        Image.fromarray(picture(96, number)[:height, :width]).save(file)
    references = tuple(Source(str(file), file.name) for file in files)
    with pytest.raises(Cancelled):
        studio.shoot(steps=2, references=references)
    made = studio.shoot(references=references)
    assert made["resumed_from"] == 2
    assert made["pixels_sha256"] == own(studio.engine.name, studio.models, shown=files)


def test_a_picture_that_is_drawn_after_has_the_tokens_that_are_planned():
    """Whatever its size: Diffusers scales it to one area, in multiples of 32."""
    area, scaled = (
        getattr(pipeline_qwenimage_edit_plus, n) for n in ("VAE_IMAGE_SIZE", "calculate_dimensions")
    )
    assert engines()["qwen-image-edit"].model.reference_pixels == area
    for width, height in ((640, 480), (4000, 1000), (333, 2048), (1024, 1024)):
        sides = scaled(area, width / height)
        assert sides[0] * sides[1] == pytest.approx(area, rel=0.04)


DIVIDED = [name for name in MAKERS if engines()[name].most_gpus != 1]


@pytest.fixture(scope="module")
def divided(models, tmp_path_factory):
    """What two ranks made of each model that can be divided, beside what one process made."""
    folder, home = tmp_path_factory.mktemp("divided"), tmp_path_factory.mktemp("models")
    for name in DIVIDED:
        if not (models / name).exists():
            write(name, models)
        (home / name).symlink_to(models / name)
    out = folder / "said.json"
    # With AVX-512 half of the rows of a matrix have other last bits than in the whole.
    as_elsewhere = {"ATEN_CPU_CAPABILITY": "avx2"} if "avx512f" in processor() else {}
    done = ranks.start(2, TESTS / "pipelines_distributed.py", home, out, **as_elsewhere)
    assert out.exists(), done.stderr[-3000:]
    return json.loads(out.read_text())


@pytest.mark.parametrize("name", DIVIDED)
def test_two_ranks_make_the_take_that_one_makes(divided, name):
    """A batch of two is halved, which changes the last bits; all else is the same to the last."""
    model = engines()[name].model
    ways = {"guidance"} | ({"ulysses"} if model.ulysses else set())
    assert {way.split(",")[0] for way in divided[name]} == ways
    for way, said in divided[name].items():
        assert said["off"] <= (model.passes == "batch"), way
        assert said["kept"] < 0.51 if way.endswith("sharded") else said["kept"] == 1, way


def test_each_rank_makes_one_pass_of_a_step(divided):
    """Of two calls each rank makes one, after a first step, of each expert, that shows the form. Of two that
    stand alone in a step each makes one after a first step that shows how they differ."""
    assert divided["ltx-2"]["guidance, sharded"]["passes"] == [9, 7]
    assert divided["cogvideox-5b"]["guidance"]["passes"] == [3, 3]
    assert divided["wan2.2-ti2v"]["guidance"]["passes"] == [6, 4]
    assert divided["wan2.2-i2v"]["guidance, sharded"]["passes"] == [6, 5]


HALF = [("streamed", "cogvideox-5b"), ("one_expert", "hunyuanvideo-1.5")]


@pytest.mark.parametrize(("residency", "studio"), HALF, indirect=["studio"])
def test_wherever_weights_live_they_compute_in_half_precision_and_all_else_does_not(studio, residency):
    """As on a card: latents stay in float32, and the picture is near that of float32."""
    seen, kept = [], pipeline._pixels

    def pixels(pictures):
        seen.append(np.stack(list(kept(pictures))).astype(int))
        return (picture for picture in seen[-1].astype(np.uint8))

    studio.monkeypatch.setattr(pipeline, "_pixels", pixels)
    studio.shoot()
    with pytest.raises(Cancelled):
        studio.shoot(steps=1, seed=8, placed={"precision": "bfloat16", "residency": residency})
    state = torch.load(studio.folder / "state/0123456789ab/denoising.pt", weights_only=True)["state"]
    assert {latents.dtype for latents in state["latents"].values()} == {torch.float32}
    studio.shoot(placed={"precision": "bfloat16", "residency": residency})
    assert np.abs(seen[0] - seen[-1]).mean() < 8


def test_attention_without_hidden_tokens_is_attention_with_their_mask():
    """What a mask hides is left out; a mask that hides other things, or a batch, is obeyed as it is."""
    torch.manual_seed(0)
    query, key, value = (torch.randn(1, 11, 2, 8) for _ in range(3))
    seen, masks = torch.rand(11) > 0.4, []

    def attend(query, key, value, attn_mask=None):
        masks.append(attn_mask)
        moved = [tensor.transpose(1, 2) for tensor in (query, key, value)]
        made = torch.nn.functional.scaled_dot_product_attention(*moved, attn_mask=attn_mask)
        return made.transpose(1, 2)

    def gap(mask, rows=slice(None)):
        masks.clear()
        trimmed = attention.trimmed(attend, query, key, value, attn_mask=mask)
        return (trimmed - attend(query, key, value, attn_mask=mask))[:, rows].abs().max()

    assert gap(seen[None, None, None]) < 1e-6 and masks[0] is None
    square = (seen[:, None] & seen)[None, None]
    assert gap(square, seen) < 1e-6 and masks[0] is None
    assert not attention.trimmed(attend, query, key, value, attn_mask=square)[:, ~seen].any()
    others = torch.ones(11, 11, dtype=torch.bool).tril()[None, None]
    assert gap(others) == 0 and masks[0] is others
    query, key, value = (tensor.repeat(2, 1, 1, 1) for tensor in (query, key, value))
    assert gap(seen[None, None, None]) == 0 and masks[0] is not None


def test_a_door_stays_where_hooks_come_and_go():
    """On a card, streaming takes a hook away after the first pass, and with it what came after the hook."""
    part, heard = torch.nn.Linear(2, 2), []
    registry = HookRegistry.check_if_exists_or_initialize(part)
    registry.register_hook(ModelHook(), "of the first pass")

    def door_of(call):
        return lambda *given, **named: heard.append("a call") or call(*given, **named)

    stand_before(part, door_of)
    first = part(torch.ones(2))
    registry.remove_hook("of the first pass")
    assert torch.equal(part(torch.ones(2)), first) and heard == ["a call"] * 2
    assert type(part).__name__ == "Linear" and isinstance(part, torch.nn.Linear)


@pytest.mark.parametrize("studio", ["wan2.2-ti2v"], indirect=True)
def test_a_recipe_is_rendered_in_lossy_ways_that_it_allows(studio):
    exact, made = studio.shoot(), studio.shoot(lossy=("fp8", "sage"))
    assert set(made["lossy"]) == {"fp8", "sage"} and "lossy" not in exact
    assert made["pixels_sha256"] != exact["pixels_sha256"]
    (without,) = studio.engine.remarks(studio.request(lossy=("cache",)))
    assert without == "wan2.2-ti2v cannot be rendered by cache: it is made without"
