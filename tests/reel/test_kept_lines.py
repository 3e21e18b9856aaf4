"""What is measured of a spoken line is measured once: an edit elsewhere looks at no line again."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

from swav.errors import MediaError
from swav.quality.speech import judge_line, measure_line
from swav.quality.speech_limits import SpeechLimits
from swav.reel.measuring import measured_line

TEXT = "A grey ship, late."


def heard(*words):
    said = [{"text": word, "start": "0", "end": "1", "confidence": 1.0} for word in words]
    return {"model": "whisper tiny.en", "words": said}


@pytest.fixture
def line(tmp_path):
    wav = tmp_path / "r1-0123456789ab.wav"
    tone = np.sin(np.arange(48000) / 20).astype(np.float32) / 3
    soundfile.write(wav, np.concatenate([tone, np.zeros(60000, np.float32), tone]), 48000)
    return SimpleNamespace(path=str(wav), text=TEXT, lexicon={})


@pytest.mark.parametrize(
    "said", [heard("a", "grey", "ship", "late"), heard("a", "ship"), {"missing": "deaf"}]
)
def test_a_line_is_judged_by_what_was_kept_as_if_it_were_measured(line, said):
    found = measured_line(None, line, said)
    whole = measure_line(line.path)
    Path(line.path).write_bytes(b"gone")
    assert measured_line(None, line, said) == found
    limits = SpeechLimits()
    assert judge_line(said, found, TEXT, limits) == judge_line(said, whole, TEXT, limits)


@pytest.mark.parametrize("change", ["heard", "text", "lexicon"])
def test_a_line_that_is_heard_or_written_otherwise_is_measured_again(line, change):
    measured_line(None, line, heard("a", "grey", "ship"))
    said = heard("a", "grey", "sheep") if change == "heard" else heard("a", "grey", "ship")
    line.text = "A grey sheep." if change == "text" else line.text
    line.lexicon = {"grey": "gray"} if change == "lexicon" else line.lexicon
    Path(line.path).write_bytes(b"gone")
    with pytest.raises(MediaError):
        measured_line(None, line, said)


@pytest.mark.parametrize("kept", ["", "{", "[]", '{"readers": "line 1", "measured": {}}'])
def test_numbers_that_are_no_numbers_are_measured_again(line, kept):
    said = heard("a", "grey", "ship")
    found = measured_line(None, line, said)
    Path(line.path).with_suffix(".part.json").write_text(kept)
    assert measured_line(None, line, said) == found
