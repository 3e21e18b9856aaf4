"""What measures takes, in words that are part of every verdict's key."""

import json
import os
from types import SimpleNamespace

import pytest

from swav.cut import candidates
from swav.hashes import content_digest
from swav.quality import readers as module
from swav.quality.readers import CLIP, CLIP_FILES, readers
from swav.unchanged import SourceChanged


@pytest.fixture
def clip(tmp_path, monkeypatch):
    """A CLIP's folder under models/, its packages installed."""
    monkeypatch.setattr(module, "find_spec", lambda name: name)
    folder = tmp_path / "models/clip-vit-tiny"
    folder.mkdir(parents=True)
    for name in CLIP_FILES:
        (folder / name).write_text(name)
    (folder / "config.json").write_text('{"model_type": "clip"}')
    return folder


def said(folder):
    return readers(folder.parent, content_digest)


@pytest.mark.parametrize("name", CLIP_FILES)
@pytest.mark.parametrize("act", ["exchange", "remove"])
def test_another_model_under_the_same_name_is_another_reader(clip, name, act):
    before, file = said(clip), clip / name
    if act == "remove":
        file.unlink()
    else:
        file.write_text(json.dumps({"model_type": "clip", "size": 2}))
    assert said(clip) != before


def test_dates_mean_nothing_and_the_same_model_is_the_same_reader(clip):
    before = said(clip)
    for name in CLIP_FILES:
        os.utime(clip / name, (1, 1))
    assert said(clip) == before and "clip-vit-tiny" in before


def test_a_package_that_comes_later_lets_takes_be_measured_again(clip, monkeypatch):
    with_it = said(clip)
    monkeypatch.setattr(module, "find_spec", lambda name: None if name == "torch" else name)
    assert said(clip) != with_it and said(clip).endswith("without torch")


def test_what_says_that_it_is_no_clip_is_not_asked(clip):
    (clip / "config.json").write_text('{"model_type": "bert"}')
    assert CLIP.folder(clip.parent) is None
    assert said(clip) == readers(clip.parent / "nowhere", content_digest)


@pytest.mark.parametrize("moment", ["before", "meanwhile"])
def test_a_model_that_is_exchanged_while_a_build_runs_measures_nothing(clip, monkeypatch, moment):
    judging = SimpleNamespace(readers=said(clip), limits={})
    cut = SimpleNamespace(build=str(clip.parents[1] / "build"), models=str(clip.parent), judging=judging)
    take = SimpleNamespace(number=1, key="0123456789ab", expected=None)
    clips = candidates.take_path(cut.build, take.key)
    clips.parent.mkdir(parents=True)
    clips.write_bytes(b"a take")

    def exchange(*given, **named):
        (clip / "model.safetensors").write_text("other weights")
        return {}

    monkeypatch.setattr(candidates, "require_whole", lambda *given: None)
    monkeypatch.setattr("swav.quality.measure.measure", exchange)
    if moment == "before":
        exchange()
    with pytest.raises(SourceChanged, match="changed since the storyboard was read; build again"):
        candidates.measured(cut, take)
    assert not candidates.quality_path(cut.build, take.key).exists()
