"""What recipes say of their models, and what is found in a folder: none of it loads anything."""

import json
import re
from dataclasses import replace
from fractions import Fraction

import pytest
from places import REPOSITORY

from swav.diffusion import costs, plans, search
from swav.diffusion import pipeline_placement as placing
from swav.diffusion.calibration import BORROWED
from swav.diffusion.pipeline_folder import fingerprint, recognise
from swav.diffusion.placement import Placement
from swav.diffusion.plans import Asked, Claim
from swav.engines import Job, LoraFile, Request, Sampling, Site, Source, engines
from swav.errors import AnotherModel, EngineError
from swav.keys import Length, take_key
from swav.render.hardware import Gpu, Hardware

MODELS = {name: engine.model for name, engine in engines().items() if hasattr(engine, "model")}
TAKES = [name for name, model in MODELS.items() if model.frames]


def request(engine, **changes):
    values = {"shot": "s", "width": 1280, "height": 720, "rate": Fraction(24), "seed": 7, "steps": 8}
    values |= {"length": Length(frames=48), "prompt": "a red fox", "negative": "rain", "camera": "push"}
    values |= {"guidance": 3.0, "first_frame": picture("a"), "last_frame": picture("b")}
    values |= {"references": (picture("d"), picture("e"))}
    return Request(**values | changes)


def picture(content):
    return Source(f"media/{content}.png", content)


def key(engine, **changes):
    return take_key(engine.recipe(request(engine, **changes), "weights"))


EDITS = {
    "prompt": {"prompt": "a grey wolf"},
    "negative": {"negative": "snow"},
    "seed": {"seed": 8},
    "steps": {"steps": 9},
    "guidance": {"guidance": 4.0},
    "length": {"length": Length(frames=24)},
    "size": {"width": 100, "height": 60},
    "first_frame": {"first_frame": picture("c")},
    "last_frame": {"last_frame": picture("c")},
    "references": {"references": (picture("e"), picture("d"))},
    "path": {"first_frame": replace(picture("a"), path="elsewhere.png")},
    "shot": {"shot": "t"},
    "title": {"title": "Another"},
}


@pytest.mark.parametrize("name", MODELS)
def test_a_take_is_stale_exactly_when_what_its_model_sees_changes(name):
    engine, model = engines()[name], MODELS[name]
    covered = {"seed", "steps", "guidance", "size", *model.reads}
    if model.frames and model.frames.step:
        covered.add("length")
    if "prompt" in model.reads and model.negative is not None:
        covered.add("negative")
    assert {edit for edit in EDITS if key(engine, **EDITS[edit]) != key(engine)} == covered
    lora = LoraFile("loras/a.safetensors", "digest")
    if model.loras:
        edits = [{"weight": 0.5}, {"content": "other"}, {"path": "elsewhere"}]
        keys = [key(engine), *(key(engine, loras=(replace(lora, **edit),)) for edit in ({}, *edits))]
        assert len(set(keys)) == 4 and keys[1] == keys[4]
    else:
        with pytest.raises(EngineError, match=r"write `loras: \[\]`"):
            key(engine, loras=(lora,))


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (720, 1280), (1080, 1080), (96, 64)])
def test_sizes_exist(name, size):
    model = MODELS[name]
    width, height = model.size(*size)
    published = {form for group in model.sizes for form in group}
    assert width % model.multiple == height % model.multiple == 0
    assert (max(width, height), min(width, height)) in published or size == (96, 64)
    assert (width >= height) == (size[0] >= size[1]) or not model.upright


@pytest.mark.parametrize("name", TAKES)
def test_lengths_exist_and_cover_the_shot(name):
    model = MODELS[name]
    for wanted in range(1, model.frames.trained + 1):
        found = model.frames.at_least(wanted)
        assert wanted <= found <= model.frames.trained
        assert found == model.frames.trained if not model.frames.step else found % model.frames.step == 1
    assert model.frames.at_least(model.frames.most + 1) > model.frames.most


@pytest.mark.parametrize("name", TAKES)
def test_what_a_model_cannot_do_is_refused_in_a_sentence(name, tmp_path):
    engine, said = engines()[name], []
    job = Job(request(engine), "weights", 24 * 60, tmp_path / "x.mp4", {}, models=tmp_path, note=said.append)
    job = replace(job, request=replace(job.request, length=Length(frames=24 * 60)))
    with pytest.raises(EngineError, match=r"the shot lasts 60.0 s, and .* renders at most") as refused:
        engine.shoot(job)
    assert len(str(refused.value)) < 300
    if engine.needs:
        with pytest.raises(EngineError, match="works from a first frame, and the shot has none"):
            engine.shoot(replace(job, request=replace(job.request, first_frame=None)))


def test_sampling_that_is_not_read_is_said():
    engine = engines()["svd"]
    assert not list(engine.remarks(request(engine)))
    (said,) = engine.remarks(request(engine, sampling=Sampling(solver="euler")))
    assert said.endswith("(solver euler) is left out") and key(engine) == key(
        engine, sampling=Sampling(solver="euler")
    )


# --- folders


def save(folder, model, dtype="F32", name="model.safetensors", pipeline=None):
    """A model folder of two parts with one tensor each."""
    index = {"_class_name": pipeline or model.pipeline, "scheduler": ["diffusers", "SomeScheduler"]}
    for part in ("transformer", "vae"):
        index[part] = ["diffusers", "Network"]
        (folder / part).mkdir(parents=True, exist_ok=True)
        (folder / part / "config.json").write_text(json.dumps(model.tells.get(part, {})))
        header = {"weight": {"dtype": dtype, "shape": [2, 4], "data_offsets": [0, 32]}}
        text = json.dumps(header).encode()
        (folder / part / name).write_bytes(len(text).to_bytes(8, "little") + text + bytes(32))
    (folder / "model_index.json").write_text(json.dumps(index))
    return folder


@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_known_in_its_folder_and_in_the_cache_of_the_hub(name, tmp_path):
    model, engine = MODELS[name], engines()[name]
    folder = save(tmp_path / model.place, model)
    found = recognise(folder, model)
    assert (found.variant, found.bytes > 64, found.loaded_bytes("vae", 2)) == (None, True, 16)
    before = fingerprint(found)
    cached = save(tmp_path / "models--a--b" / "snapshots" / "1", model)
    assert fingerprint(recognise(cached.parents[1], model)) == before
    assert engine.recognise(folder).model == model.title
    # Of this one alone another model with its shapes is known, from which nothing tells it here.
    doubts = engine.recognise(folder).notes
    assert [" is taken for " in note for note in doubts] == ([True] if name == "wan2.2-i2v" else [])
    assert "is not used" in engine.recognise(cached.parents[1]).notes[len(doubts)]
    (folder / "vae" / "config.json").write_text('{"scaling_factor": 2}')
    assert fingerprint(recognise(folder, model)) != before
    (folder / "vae" / "config.json").write_text("[]")
    assert "vae/config.json holds a list where a model's settings" in engine.recognise(folder).fault


def test_what_is_not_whole_or_not_meant_is_said_with_the_command_that_mends_it(tmp_path):
    model, engine = MODELS["wan2.2-ti2v"], engines()["wan2.2-ti2v"]
    home = tmp_path / model.place

    def said():
        return engine.readiness(Site(tmp_path, ("0",))).why

    command = f"hf download {model.repository} --local-dir {home}"
    assert said() == f"no weights in {home} (about 34 GB); {command}"
    home.mkdir()
    assert "has no model_index.json" in said() and said().endswith(command)
    save(home, model, pipeline="FluxPipeline")
    assert "holds a FluxPipeline, and Wan 2.2 TI2V-5B is a WanPipeline" in said()
    save(home, model)
    (home / "transformer" / "config.json").write_text('{"in_channels": 16}')
    assert "whose transformer has in_channels 16 and not 48" in said()
    with pytest.raises(AnotherModel):
        recognise(home, model)
    save(home, model)
    weights = home / "vae" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])
    assert "is cut off" in said()
    weights.unlink()
    assert "lacks the .safetensors files of vae" in said() and said().endswith(command)
    (home / "model_index.json").write_text("[]")
    assert "model_index.json holds a list" in said()


def test_half_precision_files_are_used_where_no_others_are_there(tmp_path):
    model = MODELS["sdxl"]
    folder = save(tmp_path / "sdxl", model, dtype="F16", name="model.fp16.safetensors")
    assert recognise(folder, model).variant == "fp16"
    save(folder, model)
    assert recognise(folder, model).variant is None


# --- placement


def asked(name, **changes):
    """A shot of a model as it is published, as placement sees it."""
    model = MODELS[name]
    usual = placing.usual_shot(model)
    size = {"width": usual.width, "height": usual.height, "frames": usual.frames}
    values = {**size, "guidance": 5.0, "steps": 30, **changes}
    return Asked(
        name, placing.stated(model, model.published), placing.shot_facts(model, values), 1, "plans-it.json"
    )


def machine(count, gigabytes, host=512):
    card = Gpu("NVIDIA RTX A6000", gigabytes * 10**9, gigabytes * 10**9, (8, 6))
    return Hardware((card,) * count, host * 10**9, "unknown", frozenset({"native", "flash2"}))


@pytest.mark.parametrize(
    ("name", "cards", "found"),
    [
        ("hunyuanvideo", 4, (1, 1)),
        ("cogvideox-5b", 4, (2, 1)),
        ("cogvideox-5b", 1, (1, 1)),
        ("wan2.2-ti2v", 4, (2, 2)),
        ("svd", 4, (2, 1)),
    ],
)
def test_only_what_can_be_divided_is_divided(name, cards, found):
    for guidance, expected in ((5.0, found[0]), (1.0, 1)):
        shot = asked(name, guidance=guidance)
        placement = search.choose(machine(cards, 51), shot.model, shot.shot).placement
        assert placement.guidance == expected
        assert placement.ulysses == found[1] or guidance == 1.0
        assert placement.processes <= (MODELS[name].most_cards or cards)
        assert (placement.fsdp, placement.compile, placement.host_copies) == (1, False, True)
        assert placement.text in ("card", "host")
        always, never = MODELS[name].tiled, not (MODELS[name].tiled or MODELS[name].tiles)
        assert placement.vae in (("tiled",) if always else ("whole",) if never else ("whole", "tiled"))
        assert placement.attention == ("native" if MODELS[name].masked else "flash2")


def test_pictures_that_are_drawn_after_are_counted(tmp_path):
    """Each as its pipeline scales it, whatever its size: three of them make a step four times as long."""

    model = MODELS["qwen-image-edit"]
    shots = []
    for count in range(4):
        references = tuple(picture(f"r{n}") for n in range(count))
        shots.append(
            placing.shot_facts(
                model, engines()[model.name].recipe(request(engines()[model.name], references=references), "")
            )
        )
    assert [shot.tokens - shots[0].tokens for shot in shots] == [0, 4096, 8192, 12288]
    sizes, usual = engines()[model.name].placed_as(tmp_path)
    assert usual.tokens > 16_000
    placement = Placement(residency="all", text="card")
    few, many = (costs.forecast(placement, H200, "unknown", sizes, shot) for shot in (shots[0], usual))
    assert 3.5 < many.pass_seconds / few.pass_seconds < 8 and many.bytes["denoise"] > few.bytes["denoise"]
    for cards, gigabytes, residency in ((1, 141, "all"), (1, 60, "one_expert"), (1, 25, "streamed")):
        assert search.choose(machine(cards, gigabytes), sizes, usual).placement.residency == residency


def test_weights_that_no_card_has_room_for_are_divided_over_two():
    """Where streaming them would be slower; the text encoder stays whole, and waits in host memory."""
    sizes, shot = engines()["qwen-image"].placed_as(REPOSITORY / "nowhere")
    found = search.choose(machine(2, 51), sizes, shot)
    assert (found.placement.fsdp, found.placement.guidance, found.placement.text) == (2, 2, "host")
    whole = replace(found.placement, fsdp=1)
    divided, kept = (costs.forecast(each, H200, "unknown", sizes, shot) for each in (found.placement, whole))
    assert kept.bytes["text"] - divided.bytes["text"] == sizes.all_denoisers  # half of two bytes each
    sizes, shot = engines()["hunyuanvideo"].placed_as(REPOSITORY / "nowhere")
    assert all(search.choose(machine(cards, 80), sizes, shot).placement.processes == 1 for cards in (2, 4))


@pytest.mark.parametrize("name", MODELS)
def test_published_sizes_are_planned_with_before_the_model_is_here(name, tmp_path):
    """And a card on which an estimate says that nothing fits is no reason to refuse; what was measured is."""
    sizes, shot = engines()[name].placed_as(tmp_path)
    on_disk = sum(part.file_bytes for part in (*sizes.denoisers, sizes.text)) + sizes.vae_bytes / 2
    assert on_disk / 1e9 == pytest.approx(MODELS[name].gigabytes, rel=0.7)
    assert (shot.frames > 1) == bool(MODELS[name].frames)
    if MODELS[name].measured:
        with pytest.raises(EngineError, match="GB free on a card"):
            search.choose(machine(1, 4), sizes, shot)
    unknown = placing.stated(replace(MODELS[name], measured=None), sizes)
    unknown = replace(unknown, calibration=BORROWED)
    small = search.choose(machine(1, 4), unknown, shot)
    assert any("it is tried all the same" in note for note in small.notes)
    assert small.needed_bytes <= search.choose(machine(1, 140), unknown, shot).needed_bytes


def test_a_placement_that_ran_out_of_memory_gives_way_to_the_next_smaller(tmp_path, monkeypatch):
    monkeypatch.delenv("SWAV_DEVICE", raising=False)
    monkeypatch.setenv("SWAV_LEASES", str(tmp_path / "leases"))
    monkeypatch.setattr(plans, "read_hardware", lambda devices, ours=(): machine(1, 80))
    claim, shot, tried = Claim(("0",), 1, tmp_path), asked("wan2.2-ti2v"), []
    for _ in range(9):
        tried.append(plans.choose(shot, claim, lambda note: None))
        said = plans.after_memory_ran_out(tried[-1], shot, claim)
        if not said.startswith("build again"):
            break
    assert said.startswith("no smaller plan is left: make the shot shorter, the reel smaller")
    assert len(set(tried)) == len(tried) > 1 and tried[0].residency == "all"
    assert plans.choose(asked("wan2.2-ti2v", frames=81), claim, lambda note: None) == tried[0]


def test_what_runs_recipes_knows_no_model():
    for file in [
        *(REPOSITORY / "swav/diffusion").glob("pipeline*.py"),
        REPOSITORY / "swav/diffusion/recipe.py",
    ]:
        words = file.read_text().lower()
        for model in MODELS.values():
            named = [model.name, model.title.lower(), *(each.lower() for each in model.classes)]
            assert not [name for name in named if re.search(rf"\b{re.escape(name)}\b", words)], file
        assert not re.search(r"cogvideo|hunyuan|wan2|\bwan\b|sdxl|ltx|qwen", words), file


def test_a_model_that_was_measured_is_foretold_as_it_was_measured():
    """Seconds of a step and memory, within what their rounding leaves: on the card of the table in docs."""
    for name, (step, decode, peak) in MEASURED.items():
        model = MODELS[name]
        sizes, shot = placing.stated(model, model.published), placing.usual_shot(model)
        shot = replace(shot, shown=shot.shown // (model.most_references or 1))  # the benchmark shows one
        kernel, vae = ("native" if model.masked else "cudnn"), ("tiled" if model.tiled else "whole")
        placement = Placement(residency="all", text="card", attention=kernel, vae=vae)
        said = costs.forecast(placement, H200, "unknown", sizes, shot)
        assert said.seconds["denoise"] / shot.steps == pytest.approx(step, rel=0.02), name
        assert said.seconds["decode"] == pytest.approx(decode, rel=0.02), name
        assert said.peak_bytes / 1e9 == pytest.approx(peak, rel=0.02), name
        assert said.measured


H200 = Gpu("NVIDIA H200", 150_100_000_000, 148_000_000_000, (9, 0))
MEASURED = {
    "sdxl": (0.063, 0.117, 16.5),
    "z-image": (0.147, 0.118, 30.2),
    "qwen-image": (0.628, 0.207, 76.8),
    "qwen-image-edit": (0.792, 0.12, 69.3),
    "svd": (0.613, 2.57, 46.1),
    "ltx-2": (1.86, 0.53, 79.3),
    "cogvideox-5b": (1.76, 3.22, 27.4),
    "wan2.2-ti2v": (2.52, 9.08, 57.3),
    "wan2.2-i2v": (25.2, 6.57, 99.1),
    "hunyuanvideo": (23.1, 27.6, 66.8),
    "hunyuanvideo-1.5": (10.3, 7.59, 65.9),
}
"""Seconds of a step and of decoding, and gigabytes reserved (docs/engines.md)."""
