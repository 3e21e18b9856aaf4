"""A model folder is recognised, or the sentence says what lies there instead and what to do."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from places import REPOSITORY

from swav import cli
from swav.config import Config
from swav.engines import Site, engines
from swav.engines.wan22.fingerprint import fingerprint
from swav.engines.wan22.layout import recognise
from swav.errors import EngineError
from swav.reel.workflow import read_reel
from swav.review.model_folders import look
from swav.review.notices import notices
from swav.weights.headers import safetensors_size


@pytest.fixture
def swav(capsys, monkeypatch):
    """Runs the command as a shell does, and gives what it printed."""

    def run(*words: str) -> str:
        monkeypatch.setattr(sys, "argv", ["swav", *words])
        with pytest.raises(SystemExit):
            cli.main()
        return capsys.readouterr().out

    return run


@pytest.fixture(params=["original", "diffusers"])
def model(request, published, tmp_path):
    shutil.copytree(published / request.param, tmp_path / "model")
    return tmp_path / "model"


def refusal(folder: Path) -> str:
    with pytest.raises(EngineError) as refused:
        recognise(folder)
    sentence = str(refused.value)
    assert "\n" not in sentence and "; " in sentence, "one sentence with a remedy"
    return sentence


def rewrite(file: Path, **changes) -> None:
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))


@pytest.mark.parametrize("layout", ["original", "diffusers"])
def test_both_published_layouts_are_recognised(published, layout):
    found = recognise(published / layout)
    assert found.layout == layout
    assert len(found.high.files) == 3
    assert found.bytes == sum(file.stat().st_size for part in found.parts.values() for file in part.files)


def test_the_hubs_cache_folder_is_followed_to_its_snapshot(published, tmp_path):
    cache = tmp_path / "models--Wan-AI--Wan2.2-T2V-A14B"
    shutil.copytree(published / "original", cache / "snapshots" / "c8c270b1")
    assert recognise(cache).root == cache / "snapshots" / "c8c270b1"
    (cache / "refs").mkdir()
    (cache / "refs" / "main").write_text("c8c270b1")
    assert recognise(cache).root == cache / "snapshots" / "c8c270b1"


def test_a_missing_shard_is_named(model):
    shard = recognise(model).low.files[1]
    shard.unlink()
    assert shard.name in refusal(model)


def test_a_missing_shard_is_named_without_an_index_too(model):
    shard = recognise(model).low.files[0]
    for index in shard.parent.glob("*.index.json"):
        index.unlink()
    shard.unlink()
    assert shard.name in refusal(model)


def test_a_shard_that_was_cut_off_is_named_with_both_sizes(model):
    shard = recognise(model).high.files[2]
    whole = shard.stat().st_size
    os.truncate(shard, whole - 1000)
    sentence = refusal(model)
    assert str(shard) in sentence and f"lacks 1,000 of its {whole:,} bytes" in sentence


@pytest.mark.parametrize("left", [0, 5, 40])
def test_a_shard_cut_off_inside_its_header_is_named(model, left):
    shard = recognise(model).high.files[0]
    os.truncate(shard, left)
    assert str(shard) in refusal(model)


def test_a_pth_file_that_was_cut_off_is_named(published, tmp_path):
    shutil.copytree(published / "original", tmp_path / "model")
    file = tmp_path / "model" / "models_t5_umt5-xxl-enc-bf16.pth"
    os.truncate(file, file.stat().st_size - 1000)
    assert str(file) in refusal(tmp_path / "model")


@pytest.mark.parametrize(
    "name", ["low_noise_model", "models_t5_umt5-xxl-enc-bf16.pth", "Wan2.1_VAE.pth", "google/umt5-xxl"]
)
def test_a_missing_part_of_the_original_layout_is_named(published, tmp_path, name):
    shutil.copytree(published / "original", tmp_path / "model")
    part = tmp_path / "model" / name
    shutil.rmtree(part) if part.is_dir() else part.unlink()
    assert name in refusal(tmp_path / "model")


def test_the_image_to_video_model_is_told_apart(model):
    config = recognise(model).high.config
    rewrite(config, **{"in_dim" if recognise(model).layout == "original" else "in_channels": 36})
    assert "image-to-video" in refusal(model)


def test_other_pipelines_in_the_diffusers_layout_are_named(published, tmp_path):
    shutil.copytree(published / "diffusers", tmp_path / "model")
    shutil.rmtree(tmp_path / "model" / "transformer_2")
    assert "one transformer" in refusal(tmp_path / "model")
    rewrite(tmp_path / "model" / "model_index.json", _class_name="HunyuanVideoPipeline")
    assert "HunyuanVideoPipeline" in refusal(tmp_path / "model")


@pytest.mark.parametrize(
    ("names", "what"),
    [
        (["hunyuan-video-t2v-720p/transformers/mp_rank_00_model_states.pt"], "HunyuanVideo in its raw"),
        (["diffusion_pytorch_model-00001-of-00006.safetensors", "Wan2.1_VAE.pth"], "Wan 2.1"),
        (["diffusion_pytorch_model-00001-of-00003.safetensors", "Wan2.2_VAE.pth"], "TI2V-5B"),
        (["notes.txt"], "no model that this engine knows"),
        ([], "no files"),
    ],
)
def test_other_models_are_named(tmp_path, names, what):
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert what in refusal(tmp_path)


def card(folder: Path, words: str) -> None:
    (folder / "README.md").write_text(f"---\nlicense: apache-2.0\n---\n# {words}\n\nWan2.2 and Bernini-R\n")


def in_a_cache(folder: Path, name: str) -> None:
    inner = folder / f"models--org--{name}/snapshots"
    folder.rename(folder.with_name("x"))
    inner.mkdir(parents=True)
    folder.with_name("x").rename(inner / "abc")


def linked(folder: Path, name: str) -> None:
    folder.rename(folder.with_name(name))
    folder.symlink_to(name)


SAYS = {
    "its card": card,
    "a cache in it": in_a_cache,
    "what it leads to": linked,
    "its settings": lambda folder, name: (folder / "config.json").write_text(json.dumps({"name": name})),
}


@pytest.mark.parametrize("which", SAYS)
def test_another_model_of_the_same_shapes_is_told_by_what_is_written(model, which):
    SAYS[which](model, "Bernini-R-Diffusers")
    said = "holds Bernini-R, which has the shapes of Wan 2.2 T2V-A14B and is another model; no engine here"
    assert said in refusal(model)
    found = look(model)
    assert (found.model, found.fault) == ("Bernini-R", refusal(model))
    model.rename(model.with_name("wan22"))
    why = engines()["wan2.2"].readiness(Site(model.parent, ("0",))).why
    assert why == found.fault.replace(str(model), str(model.with_name("wan22")))


@pytest.mark.parametrize("which", SAYS)
def test_its_own_name_says_nothing_against_a_model(model, which):
    SAYS[which](model, "Wan2.2-T2V-A14B")
    assert recognise(model).notes == ()


def unsaid(folder: Path) -> None:
    """Nothing there says which of the models of these shapes it is."""
    (folder / "configuration.json").unlink(missing_ok=True)
    for config in folder.glob("*_noise_model/config.json"):
        rewrite(config, model_type="")


TOLD = {
    "its card": lambda folder: card(folder, "Wan2.2-T2V-A14B"),
    "its task": lambda folder: (folder / "configuration.json").write_text('{"task": "text-to-video"}'),
    "its settings": lambda folder: (folder / "config.json").write_text('{"model_type": "t2v"}'),
    "a link": lambda folder: linked(folder, "Wan2.2-T2V-A14B"),
}


@pytest.mark.parametrize("told", [None, *TOLD])
def test_a_model_of_which_nothing_says_what_it_is_is_used_and_doubted_aloud(model, told, monkeypatch, swav):
    """In ``show``, ``doctor`` and ``plan``, and in what a build says before it renders."""
    monkeypatch.chdir(model.parent)
    home = Path("models/wan22")
    home.parent.mkdir()
    model.rename(home)
    unsaid(home)
    if told:
        TOLD[told](home)
    doubt = (
        f"{home} is taken for T2V-A14B; Bernini-R or a fine-tune would look the same, and no name, card or"
    )
    found = look(home)
    assert (found.model, found.fault) == ("Wan 2.2 T2V-A14B", None)
    assert [note.startswith(doubt) for note in found.notes] == ([] if told else [True])
    board = {
        "title": "A film",
        "engine": "wan2.2",
        "music": {"engine": "none"},
        "shots": [{"id": "a", "prompt": "dark water, one lantern moving", "duration": 3}],
    }
    Path("film.yaml").write_text(json.dumps(board))
    Path("config.yaml").write_text("storyboard: film.yaml\ncards: 1\n")
    for words in (["models", "show"], ["doctor"], ["plan"]):
        assert (doubt in " ".join(swav(*words).split())) == (not told), words
    reel = read_reel(Config.read({"storyboard": "film.yaml", "cards": 1}))
    assert any(doubt in line for line in notices(reel)) == (not told)


def test_what_is_known_when_it_is_converted_is_known_of_the_copy(model, tmp_path):
    from swav.engines.wan22.convert import convert

    unsaid(model)
    assert convert(recognise(model), tmp_path / "a").notes
    card(model, "Wan2.2-T2V-A14B")
    assert convert(recognise(model), tmp_path / "b").notes == ()


def test_every_link_that_leads_nowhere_is_named(model):
    (model / "README.md").symlink_to("gone")
    files = [file for part in recognise(model).parts.values() for file in (*part.files, part.config) if file]
    for file in [*files, *recognise(model).small.values(), recognise(model).high.files[0].parent, model]:
        file.rename(model.parent / "kept")
        file.symlink_to("gone")
        assert f"{file} is a link to a file that is not there; mend the link" in refusal(model)
        file.unlink()
        (model.parent / "kept").rename(file)
    assert recognise(model)


def test_a_file_in_the_place_of_a_model_is_named(tmp_path):
    (tmp_path / "wan22").write_text("x")
    assert "wan22 is a file, and a model is a folder" in refusal(tmp_path / "wan22")
    assert "is a file" in engines()["wan2.2"].readiness(Site(tmp_path, ("0",))).why


@pytest.mark.parametrize("said", ["[]", "null", "3", '"x"', "", "{"])
def test_settings_of_any_part_that_are_no_table_are_named(model, said):
    for config in [part.config for part in recognise(model).parts.values() if part.config]:
        before = config.read_text()
        config.write_text(said)
        assert refusal(model).startswith(str(config))
        config.write_text(before)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    assert "does not exist" in refusal(tmp_path / "models" / "wan22")


def test_a_broken_config_is_named(model):
    config = recognise(model).high.config
    config.write_text("{")
    assert str(config) in refusal(model)


def test_the_fingerprint_follows_the_content_and_nothing_else(model, tmp_path):
    before = fingerprint(recognise(model))
    copied = tmp_path / "elsewhere" / "copy"
    shutil.copytree(model, copied)
    for file in copied.rglob("*"):
        os.utime(file, (1, 1))
    (copied / "README.md").write_text("not part of the model")
    assert fingerprint(recognise(copied)) == before
    shard = recognise(copied).low.files[0]
    data = bytearray(shard.read_bytes())
    data[-1] ^= 1
    shard.write_bytes(data)
    assert fingerprint(recognise(copied)) != before


def test_the_two_layouts_of_one_model_have_their_own_fingerprints(published):
    assert fingerprint(recognise(published / "original")) != fingerprint(recognise(published / "diffusers"))


def test_the_size_by_the_header_is_the_size(published):
    for file in published.rglob("*.safetensors"):
        assert safetensors_size(file) == file.stat().st_size


def test_recognising_a_folder_imports_no_framework():
    code = "import swav.engines.wan22.fingerprint, sys; print(sorted({'torch', 'numpy'} & set(sys.modules)))"
    ended = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True)
    assert ended.stdout.strip() == "[]", ended.stderr
