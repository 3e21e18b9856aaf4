"""What decides a take of Wan 2.2, and which placement makes it: no weights are loaded here."""

import json
import os
from fractions import Fraction

import pytest
from wan22_site import request

from swav.diffusion import plans as general
from swav.diffusion.placement import Placement
from swav.engines import Job, LoraFile, Site
from swav.engines import Sampling as Sampled
from swav.engines.wan22 import plans, service
from swav.engines.wan22.sampling import Sampling
from swav.engines.wan22.service import ENGINE, native_frames, native_size
from swav.errors import EngineError
from swav.keys import Length
from swav.render.hardware import Gpu, Hardware
from swav.render.worker_register import Worker


def test_readiness_says_the_first_thing_that_is_missing(site, tmp_path, monkeypatch):
    def why(models=site.models, cards=("0",)):
        found = ENGINE.readiness(Site(models, cards))
        return found.ready, found.why

    assert why() == (True, f"weights in {site.models}/wan22 (0 GB)")
    assert why(cards=()) == (False, "no GPU that may be used")
    assert why(models=tmp_path) == (False, f"no weights in {tmp_path}/wan22")
    (tmp_path / "wan22/high_noise_model").mkdir(parents=True)
    assert "the download is incomplete" in why(models=tmp_path)[1]
    monkeypatch.setattr(service, "find_spec", lambda name: None)
    assert why() == (False, "torch is not installed: pip install -e '.[wan]'")


def test_the_defaults_are_the_official_ones():
    official, recipe = Sampling(), ENGINE.recipe(request(steps=None), "m")
    for name in ("steps", "shift", "guidance_high", "guidance_low", "boundary"):
        assert recipe[name] == getattr(official, name), name


@pytest.mark.parametrize(
    ("guidance", "low", "pair"),
    [
        (None, None, (4, 3)),
        (4.0, None, (4, 4)),
        (1.0, None, (1, 1)),
        (7.0, 5.0, (7, 5)),
        (0, None, (0, 0)),
    ],
)
def test_one_guidance_means_both_experts_as_wans_own_does(guidance, low, pair):
    """Wan2.2, ``wan/text2video.py``: ``guide_scale = (guide_scale, guide_scale)``."""
    recipe = ENGINE.recipe(request(guidance=guidance, sampling=Sampled(guidance_low=low)), "m")
    assert (recipe["guidance_high"], recipe["guidance_low"]) == pair


@pytest.mark.parametrize(
    ("reel", "native"),
    [
        ((1280, 720), (1280, 720)),
        ((1920, 1080), (1280, 720)),
        ((3840, 2160), (1280, 720)),
        ((1080, 1920), (720, 1280)),
        ((854, 480), (832, 480)),
        ((640, 360), (832, 480)),
        ((480, 854), (480, 832)),
        ((1080, 1080), (1280, 720)),
        ((128, 72), (128, 64)),
    ],
)
def test_the_native_size_is_one_of_the_models_own(reel, native):
    assert native_size(*reel) == native


@pytest.mark.parametrize(
    ("seconds", "frames"),
    [(0, 1), (Fraction(1, 16), 1), (1, 17), (Fraction(5, 2), 41), (5, 81), (Fraction(81, 16), 81), (7, 113)],
)
def test_native_frames_fill_the_duration(seconds, frames):
    assert native_frames(Fraction(seconds)) == frames


def test_native_frames_are_the_fewest_that_last_as_long_as_the_shot():
    for count in range(1, 400):
        for rate in (Fraction(24), Fraction(30000, 1001), Fraction(50)):
            seconds = count / rate
            frames = native_frames(seconds)
            assert frames % 4 == 1 and Fraction(frames, 16) >= seconds
            assert frames == 1 or Fraction(frames - 4, 16) < seconds


def test_what_decides_a_take_and_what_does_not():
    base = ENGINE.recipe(request(), "m")
    lora = LoraFile("a.safetensors", "c0ffee", 0.5, "high")
    for changes in (
        {"prompt": "a cat"},
        {"negative": "rain"},
        {"seed": 6},
        {"steps": 4},
        {"guidance": 2.0},
        {"width": 1280, "height": 720},
        {"length": Length(frames=24)},
        {"length": Length(narration="abc")},
        {"loras": (lora,)},
    ):
        assert ENGINE.recipe(request(**changes), "m") != base, changes
    assert ENGINE.recipe(request(), "other weights") != base
    for changes in ({"shot": "s2"}, {"camera": "push"}, {"wanted": "wan2.2"}, {"rate": Fraction(25)}):
        assert ENGINE.recipe(request(**changes), "m") == base, changes
    assert json.dumps(base, ensure_ascii=False).count("a red fox") == 1


def test_long_shots_are_told_and_very_long_ones_refused(site, tmp_path):
    def job(seconds, note):
        asked, model = request(length=Length(frames=24 * seconds)), ENGINE.readiness(site).model
        given = {"models": site.models, "cards": ("0",), "gpus": 2, "note": note, "build": tmp_path / "build"}
        return Job(asked, model, 24 * seconds, tmp_path / "s.mp4", {}, **given)

    with pytest.raises(
        EngineError, match=r"the shot lasts 11\.0 s, and Wan 2\.2 renders at most 10\.1 s; divide"
    ):
        ENGINE.shoot(job(11, print))
    said = []
    with pytest.raises(EngineError, match="a render claims 2 GPUs, but this machine has 1"):
        ENGINE.shoot(job(6, said.append))
    assert said == [
        "6.0 s is longer than the 5.1 s that Wan 2.2 was trained on; look whether the motion repeats"
    ]


# --- which placement makes it


def test_a_placement_that_failed_is_not_chosen_for_clips_as_large(site, tmp_path):
    small, large = (ENGINE.recipe(request(length=Length(frames=frames)), "m") for frames in (24, 48))
    job = Job(request(), "m", 24, tmp_path / "s.mp4", {}, build=tmp_path, cards=("0",), gpus=1)
    first = plans.choose(large, job, ENGINE.name)
    plans.after_memory_ran_out(first, large, job)
    second = plans.choose(large, job, ENGINE.name)
    assert second != first == plans.choose(small, job, ENGINE.name)
    plans.after_memory_ran_out(first, small, job)
    assert plans.choose(small, job, ENGINE.name) == second
    said = plans.after_memory_ran_out(second, large, job)
    assert (
        said == "no smaller plan is left: make the shot shorter, the reel smaller, or raise gpus_per_render"
    )


@pytest.fixture
def a_card(site, monkeypatch):
    """What nvidia-smi would tell of a card with so much free memory, in GB."""

    def put(free, host=256):
        card = Gpu("NVIDIA RTX A6000", 49_000_000_000, free * 10**9, (8, 6))
        hardware = Hardware((card,), host * 10**9)
        monkeypatch.delenv("SWAV_DEVICE", raising=False)
        monkeypatch.setattr(general, "read_hardware", lambda devices, ours=(): hardware)

    return put


def test_short_and_long_shots_share_a_placement(site, tmp_path, a_card):
    """So that a worker is not loaded anew from shot to shot. Where a long one cannot be, a short one can."""
    job = Job(request(), "m", 24, tmp_path / "s.mp4", {}, build=tmp_path, cards=("0",), gpus=1)

    def chosen(frames):
        length = Length(frames=frames)
        recipe = ENGINE.recipe(request(width=1280, height=720, length=length), "m")
        return plans.choose(recipe, job, ENGINE.name)

    for free in (24, 36, 48):
        a_card(free)
        assert chosen(24) == chosen(48) == chosen(120), free
    a_card(10)
    assert chosen(12).residency == "streamed"
    with pytest.raises(EngineError, match="81 frames"):
        chosen(120)


def test_a_loaded_worker_is_used_as_long_as_it_fits(site, tmp_path, monkeypatch, a_card):
    """Its weights are worth more than a plan that is a little faster; what does not fit asks for another."""
    shot = ENGINE.recipe(request(width=1280, height=720), "m")
    job = Job(request(), "m", 24, tmp_path / "s.mp4", {}, build=tmp_path, cards=("0",), gpus=1)
    a_card(48)
    fastest = plans.choose(shot, job, ENGINE.name)
    streamed = Placement(residency="streamed", text="host")
    assert fastest != streamed
    folder = tmp_path / "worker"
    folder.mkdir()
    (folder / "order.json").write_text(json.dumps({"setup": {"placement": streamed.plain()}}))
    worker = Worker(folder, ENGINE.name, "key", str(tmp_path), ("0",), "log", os.getpid())
    monkeypatch.setattr(general, "workers", lambda leases: iter([worker]))
    assert plans.choose(shot, job, ENGINE.name) == streamed
    a_card(9)
    assert plans.choose(shot, job, ENGINE.name) == streamed, "what it holds itself is not against it"
    a_card(48)
    (folder / "order.json").write_text(
        json.dumps({"setup": {"placement": Placement(residency="all").plain()}})
    )
    assert plans.choose(shot, job, ENGINE.name) == fastest


def test_a_shot_that_no_card_can_make_is_refused_before_anything_is_loaded(site, tmp_path, a_card):
    a_card(4)
    shot = ENGINE.recipe(request(width=1280, height=720, length=Length(frames=120)), "m")
    job = Job(request(), "m", 24, tmp_path / "s.mp4", {}, build=tmp_path, cards=("0",), gpus=1)
    with pytest.raises(EngineError, match=r"1280x720 with 81 frames needs .* GB free on a card"):
        plans.choose(shot, job, ENGINE.name)
    assert not (tmp_path / "leases/workers").exists()
