"""A take is what Diffusers' own pipeline makes on Wan's time grid, wherever the weights live."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import UniPCMultistepScheduler
from safetensors.torch import save_file
from tiny_wan22 import write_diffusers, write_original

from swav.diffusion import resume
from swav.engines.wan22.convert import convert
from swav.engines.wan22.decode import decode
from swav.engines.wan22.engine import Progress, Setup, TakeSpec, Wan22
from swav.engines.wan22.layout import recognise
from swav.engines.wan22.loras import Lora
from swav.engines.wan22.sampling import Sampling, noise, scheduler_for
from swav.errors import EngineError

TAKE = TakeSpec("a red  fox runs 🚀", "静态", 64, 64, 9, 5, Sampling(steps=6))
CALL = {
    "prompt": TAKE.prompt,
    "negative_prompt": TAKE.negative,
    "height": 64,
    "width": 64,
    "num_frames": 9,
    "num_inference_steps": 6,
    "guidance_scale": 4.0,
    "guidance_scale_2": 3.0,
    "max_sequence_length": 512,
}


class OfficialGrid(UniPCMultistepScheduler):
    """Wan's own time grid for ``WanPipeline``, which never asks for one."""

    def set_timesteps(self, steps, device=None, **_):
        super().set_timesteps(sigmas=np.linspace(0.999, 0, steps + 1)[:-1], device=device)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    folder = tmp_path_factory.mktemp("published")
    write_diffusers(folder / "diffusers")
    pipeline = write_original(folder / "original")
    pipeline.scheduler = OfficialGrid.from_config(pipeline.scheduler.config)
    pipeline.text_encoder.float()
    convert(recognise(folder / "original"), folder / "converted")
    return folder, pipeline


@pytest.fixture(scope="module")
def engine(published):
    return Wan22(published[0] / "original", Setup("cpu", "float32", text="card"))


@pytest.fixture(scope="module")
def take(engine):
    return engine.render(TAKE).latents


def reference(pipeline, output: str, **changes):
    generator = torch.Generator("cpu").manual_seed(TAKE.seed)
    return pipeline(**{**CALL, **changes}, generator=generator, output_type=output).frames


def test_the_take_is_the_pipelines(published, engine, take):
    pipeline = published[1]
    assert torch.equal(take, reference(pipeline, "latent"))
    frames = np.stack(list(engine.render(TAKE).frames))
    assert frames.shape == (9, 64, 64, 3) and frames.dtype == np.uint8
    assert np.array_equal(frames, (reference(pipeline, "np")[0] * 255).round().astype(np.uint8))


def test_a_take_of_one_frame_is_the_pipelines(published, engine):
    latents = engine.render(replace(TAKE, frames=1)).latents
    assert torch.equal(latents, reference(published[1], "latent", num_frames=1))


def test_guidance_of_one_is_a_single_pass(published, engine):
    sampling = Sampling(steps=4, guidance_high=1.0, guidance_low=1.0)
    passes = []
    handles = [
        engine.experts(stage).register_forward_pre_hook(lambda *_: passes.append(1))
        for stage in ("high", "low")
    ]
    latents = engine.render(replace(TAKE, sampling=sampling)).latents
    for handle in handles:
        handle.remove()
    changes = {"guidance_scale": 1.0, "guidance_scale_2": 1.0, "num_inference_steps": 4}
    assert torch.equal(latents, reference(published[1], "latent", **changes))
    assert len(passes) == 4


@pytest.fixture
def passes(engine):
    """A list that grows by one with each pass of an expert."""
    made = []
    experts = [engine.experts(stage) for stage in ("high", "low")]
    handles = [expert.register_forward_pre_hook(lambda *_: made.append(1)) for expert in experts]
    yield made
    for handle in handles:
        handle.remove()


@pytest.mark.parametrize("solver", ["unipc", "euler", "dpm++"])
def test_a_take_goes_on_from_where_it_was_looked_at_with_the_same_bits(engine, tmp_path, passes, solver):
    """The look at step 4 of 6 costs 4 steps and the rest 2; nothing that comes between costs a step."""
    spec = replace(TAKE, sampling=replace(TAKE.sampling, solver=solver))
    whole = engine.render(spec).latents
    state, steps = tmp_path / "denoising.pt", 2 * TAKE.sampling.steps  # with the prompt and without
    assert len(passes) == steps
    look = engine.render(spec, state, look_at=4)
    assert len(list(look.frames)) == 9 and look.latents.isfinite().all()
    assert len(passes) == steps + 8
    again = engine.render(spec, state, look_at=4)
    assert torch.equal(again.latents, look.latents) and again.report["resumed_from"] == 4
    made = engine.render(spec, state)
    assert torch.equal(made.latents, whole) and made.report["resumed_from"] == 4
    assert len(passes) == 2 * steps
    earlier = engine.render(spec, state, look_at=2)
    assert len(passes) == 2 * steps + 4, "what was made is farther: the look begins anew, beside it"
    near, far = ((seen.latents - whole).abs().mean() for seen in (look, earlier))
    assert near < far, "the later the look, the nearer it is to the take"
    assert engine.render(spec, state).report["resumed_from"] == 6


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_the_take_is_the_same_wherever_the_weights_live(published, dtype):
    folder = published[0]
    expected = Wan22(folder / "original", Setup("cpu", dtype)).render(TAKE).latents
    homes = [
        ("diffusers", Setup("cpu", dtype)),
        ("original", Setup("cpu", dtype, experts="one", text="host")),
        ("original", Setup("cpu", dtype, experts="one", host_copies=False)),
        ("diffusers", Setup("cpu", dtype, experts="streamed", text="card")),
    ]
    if dtype == "bfloat16":
        homes.append(("converted", Setup("cpu", dtype, experts="one", host_copies=False)))
    for layout, setup in homes:
        engine = Wan22(folder / layout, setup)
        for again in range(2):
            assert torch.equal(engine.render(TAKE).latents, expected), (layout, setup, again)


def test_one_expert_at_a_time_never_holds_both(published):
    setup = Setup("cpu", "float32", experts="one", host_copies=False)
    engine, held = Wan22(published[0] / "original", setup), []

    def look(progress: Progress) -> None:
        experts = engine.experts.placed.experts.values()
        held.append(sum(not next(expert.model.parameters()).is_meta for expert in experts))

    rendering = engine.render(TAKE, on_progress=look)
    assert max(held) == 1
    assert all(
        next(expert.model.parameters()).is_meta for expert in engine.experts.placed.experts.values()
    ), "at rest"
    assert len(list(rendering.frames)) == TAKE.frames


class Killed(Exception):
    pass


@pytest.mark.parametrize("step", range(1, 7))
def test_a_take_that_died_continues_with_the_same_bits(engine, take, tmp_path, step):
    def kill(progress: Progress) -> None:
        if progress.phase == "denoise" and progress.done == step:
            raise Killed

    with pytest.raises(Killed):
        engine.render(TAKE, tmp_path / "shot.state", 1, kill)
    rendering = engine.render(TAKE, tmp_path / "shot.state")
    assert rendering.report["resumed_from"] == step
    assert torch.equal(rendering.latents, take)


@pytest.mark.parametrize(
    "other",
    [
        {"prompt": "a blue fox"},
        {"negative": ""},
        {"seed": 6},
        {"frames": 13},
        {"sampling": Sampling(steps=7)},
        {"sampling": Sampling(steps=6, guidance_low=2.0)},
    ],
)
def test_the_state_of_another_shot_is_not_used(engine, tmp_path, other):
    state, notices = tmp_path / "shot.state", []
    engine.render(TAKE, state)
    changed = replace(TAKE, **other)
    rendering = engine.render(changed, state, notice=notices.append)
    assert rendering.report["resumed_from"] == 0
    assert torch.equal(rendering.latents, engine.render(changed).latents)
    assert len(notices) == 1 and "begins anew" in notices[0]


def test_a_damaged_state_is_not_used(engine, take, tmp_path):
    state, notices = tmp_path / "shot.state", []
    engine.render(TAKE, state)
    state.write_bytes(state.read_bytes()[:-100])
    assert torch.equal(engine.render(TAKE, state, notice=notices.append).latents, take)
    assert "cannot be read" in notices[0]


def test_a_state_is_replaced_as_a_whole(tmp_path):
    state = tmp_path / "shot.state"
    resume.save(state, "one", {"latents": torch.ones(2)})
    with pytest.raises(Exception, match="pickle"):
        resume.save(state, "one", {"latents": lambda: None})
    assert torch.equal(resume.load(state, "one", pytest.fail)["latents"], torch.ones(2))
    assert [file.name for file in tmp_path.iterdir()] == ["shot.state"]


def save_lora(file: Path, module: str) -> Path:
    random = torch.Generator().manual_seed(7)
    thin = {"lora_A": torch.randn(4, 48, generator=random), "lora_B": torch.randn(48, 4, generator=random)}
    save_file({f"transformer.{module}.{name}.weight": tensor for name, tensor in thin.items()}, file)
    return file


@pytest.mark.parametrize(
    "setup",
    [
        Setup("cpu", "float32"),
        Setup("cpu", "float32", experts="one"),
        Setup("cpu", "float32", experts="one", host_copies=False),
        Setup("cpu", "float32", experts="streamed"),
    ],
)
def test_each_shot_may_have_its_own_loras(published, engine, take, tmp_path, setup):
    model = published[0] / "original"
    lora = Lora(save_lora(tmp_path / "lora.safetensors", "blocks.0.attn1.to_q"))
    bad = Lora(save_lora(tmp_path / "bad.safetensors", "blocks.9.attn1.to_q"))
    changing = Wan22(model, setup)
    plain = changing.identity(TAKE)
    changing.use_loras([lora])
    with_lora = changing.render(TAKE).latents
    assert torch.equal(with_lora, Wan22(model, setup, [lora]).render(TAKE).latents)
    assert not torch.equal(with_lora, take) and changing.identity(TAKE) != plain
    with pytest.raises(EngineError, match=r"blocks\.9"):
        changing.use_loras([bad])
    assert torch.equal(changing.render(TAKE).latents, with_lora), "a LoRA that does not fit changes nothing"
    changing.use_loras([])
    assert torch.equal(changing.render(TAKE).latents, take) and changing.identity(TAKE) == plain


def test_the_report_says_what_happened(engine, tmp_path):
    told = []
    rendering = engine.render(TAKE, on_progress=told.append)
    list(rendering.frames)
    assert set(rendering.report["seconds"]) == {"text", "high", "low", "decode"}
    assert all(peak > 0 for peak in rendering.report["peak_bytes"][0].values())
    assert rendering.report["fingerprint"] == engine.fingerprint
    assert rendering.report["kernel"] == "native"
    assert rendering.report["load"]["bytes"] == engine.files.bytes
    assert rendering.report["load"]["seconds"] > 0
    steps = [progress.done for progress in told if progress.phase == "denoise"]
    assert steps == [1, 2, 3, 4, 5, 6]
    assert [progress.done for progress in told if progress.phase == "decode"] == list(range(1, 10))


def test_the_official_grid():
    """The timesteps of Wan's own scheduler; 26 belong to the high-noise expert."""
    sampling = Sampling()
    timesteps = scheduler_for(sampling).timesteps.tolist()
    assert timesteps[0] == 999 and timesteps[-3:] == [492, 386, 235]
    assert [sampling.stage(timestep) for timestep in timesteps].count("high") == 26


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda: noise(1280, 724, 81, 0), "1280x720"),
        (lambda: noise(64, 64, 80, 0), "ask for 81"),
        (lambda: Sampling(steps=0), "1 to 1000"),
        (lambda: Sampling(boundary=1.5), "0.875"),
    ],
)
def test_what_the_model_cannot_do_is_said_with_what_it_can(make, what):
    with pytest.raises(EngineError, match=what):
        make()


@pytest.mark.parametrize("tiled", [False, True])
def test_decoding_is_the_vaes_own_whole_and_in_tiles(published, tiled):
    vae = published[1].vae
    latents = noise(96, 96, 9, 1)
    scale, mean = (
        torch.tensor(vae.config[key]).view(1, -1, 1, 1, 1) for key in ("latents_std", "latents_mean")
    )
    vae.enable_tiling(64, 64, 48, 48)
    vae.use_tiling = tiled
    with torch.no_grad():
        video = vae.decode(latents / (1.0 / scale) + mean, return_dict=False)[0][0]
    vae.use_tiling = False
    expected = ((video * 0.5 + 0.5).clamp(0, 1) * 255).round().to(torch.uint8).permute(1, 2, 3, 0).numpy()
    assert np.array_equal(np.stack(list(decode(vae, latents, tiled))), expected)
