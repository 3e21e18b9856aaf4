"""The sound as data: waveforms of known sounds, and what is said before there is one."""

from contextlib import chdir

import numpy as np
import pytest
import soundfile
import yaml

from swav.config import Config
from swav.cut import paths
from swav.errors import MediaError
from swav.page.files import SOUNDS, find
from swav.page.project import Project
from swav.page.sound import sound_state
from swav.page.sounds import STEPS, make_listened, make_waveform
from swav.review.unused import _looked_at

BOARD = {
    "title": "Heard",
    "voice": {"engine": "espeak"},
    "voices": {"second": {"speed": 0.8}},
    "shots": [
        {"id": "a", "card": {"title": "One"}, "narration": "A line.", "duration": 2},
        {"id": "b", "card": {"title": "Two"}, "duration": 1},
    ],
}


@pytest.mark.parametrize("rate", [48000, 44100, 22050])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_waveform_has_the_loudest_of_each_hundredth_of_a_second(tmp_path, rate, channels):
    step = round(rate / STEPS)
    sound = np.zeros((25 * step + 7, channels), np.float32)
    sound[3 * step, -1], sound[10 * step - 1, 0], sound[-1, 0] = -1, 0.5, 0.25
    soundfile.write(tmp_path / "x.wav", sound, rate, "FLOAT")
    make_waveform(tmp_path / "x.wav", tmp_path / "x")
    found = np.frombuffer((tmp_path / "x").read_bytes(), np.uint8)
    wanted = np.zeros(26, np.uint8)
    wanted[3], wanted[9], wanted[25] = 255, 128, 64
    assert found.tolist() == wanted.tolist()


@pytest.mark.parametrize("make", [make_waveform, make_listened])
def test_what_is_no_sound_is_a_sentence_and_leaves_nothing(tmp_path, make):
    (tmp_path / "x.wav").write_bytes(b"no sound at all")
    with pytest.raises(MediaError) as found:
        make(tmp_path / "x.wav", tmp_path / "made")
    assert len(str(found.value)) <= 400 and not (tmp_path / "made").exists()


def test_before_there_is_a_mix_the_lines_are_there_with_who_could_speak_them(tmp_path):
    (tmp_path / "board.yaml").write_text(yaml.safe_dump(BOARD))
    with chdir(tmp_path):
        found = sound_state(Project(lambda: Config.read({"storyboard": "board.yaml"})).look())
    assert (found["mix"], found["stems"], found["shots"], found["voices"]) == ("", [], [], ["second"])
    (line,) = found["lines"]
    assert (line["shot"], line["words"], line["key"], line["start"]) == ("a", "A line.", "", None)


@pytest.mark.parametrize("kind", sorted(SOUNDS))
def test_a_sound_is_found_by_its_key_and_kept_while_it_is_used(tmp_path, kind):
    key = "0123456789ab"
    place = {"mix": f"mix/{key}.wav", "line": f"speech/espeak/a-{key}.wav"}.get(
        kind, f"stems/{key}/{kind}.wav"
    )
    sound = tmp_path / place
    sound.parent.mkdir(parents=True)
    sound.write_bytes(b"x")
    assert find(tmp_path, kind, key) == sound and find(tmp_path, kind, "f" * 12) is None
    made = tmp_path / paths.WAVEFORM.format(build="", kind=kind, key=key).lstrip("/")
    made.parent.mkdir()
    made.write_bytes(b"")
    assert _looked_at(str(tmp_path), {sound}) == [made] and not _looked_at(
        str(tmp_path), {tmp_path / "other"}
    )
