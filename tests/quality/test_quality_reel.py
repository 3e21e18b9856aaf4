"""Gates for speech and for the finished reel: each fires on its fault, and is quiet on its hard negative."""

import re
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
import soundfile

from swav.errors import MediaError
from swav.files import write_text
from swav.hearing import recognise
from swav.media.ffmpeg import run
from swav.quality.reel import judge_reel, measure_reel
from swav.quality.reel_limits import ReelLimits
from swav.quality.speech import judge_line, measure_line
from swav.quality.speech_limits import SpeechLimits
from swav.quality.subtitles import measure_subtitles
from swav.speech import speak
from swav.titles.captions import Cue, write_srt

TEXT = "No propeller, no noise, and half a year without a harbour."
RATE = 48000


def statuses(verdict):
    return {finding.gate: finding.status for finding in verdict.findings}


def finding(verdict, gate):
    return next(finding for finding in verdict.findings if finding.gate == gate)


# A spoken line --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def line(tmp_path_factory):
    wav = tmp_path_factory.mktemp("speech") / "line.wav"
    speak(TEXT, engine="piper", language="en", speaker=None, speed=1.0, seed=0, target=wav)
    return wav


@pytest.fixture(scope="module")
def heard(line):
    return next(recognise([line], [TEXT])).plain()


def with_words(text):
    """What a recogniser that wrote ``text`` would have given."""
    words = [{"text": word, "start": "0", "end": "1", "confidence": 1.0} for word in text.split()]
    return {"model": "test", "words": words}


def test_a_good_line_passes(line, heard):
    verdict = judge_line(heard, measure_line(line), TEXT, SpeechLimits())
    assert statuses(verdict) == {"words": "pass", "clipped": "pass", "silent": "pass"}
    assert verdict.status == "pass"


def test_another_text_fails_and_says_what_was_heard(line, heard):
    text = "Ninety seconds from the call to the raft."
    found = finding(judge_line(heard, measure_line(line), text, SpeechLimits()), "words")
    assert found.status == "fail" and found.value > found.limit == 0.6
    assert re.match("“Ninety .* raft.” was heard as “No propeller, .*” ", found.sentence)
    assert "teach the voice" in found.sentence
    recorded = judge_line(heard, measure_line(line), text, SpeechLimits(), recorded=True)
    assert "write what it says as the line's text" in finding(recorded, "words").sentence
    assert "teach" not in finding(recorded, "words").sentence


@pytest.mark.parametrize(("said", "status"), [("a b c d", "pass"), ("a b c x", "pass"), ("a b x y", "warn")])
def test_words_are_judged_by_their_rate(line, said, status):
    measured = measure_line(line)
    assert statuses(judge_line(with_words(said), measured, "a b c d", SpeechLimits()))["words"] == status
    strict = SpeechLimits(words=["0.1", "0.2"])
    expected = "pass" if said == "a b c d" else "fail"
    assert statuses(judge_line(with_words(said), measured, "a b c d", strict))["words"] == expected
    off = SpeechLimits(words="off")
    assert "words" not in statuses(judge_line(with_words(said), measured, "a b c d", off))


def test_a_lexicon_is_obeyed(line):
    said = with_words("the d r d o")
    verdict = judge_line(
        said, measure_line(line), "The Deardio", SpeechLimits(), lexicon={"Deardio": "D R D O"}
    )
    assert statuses(verdict)["words"] == "pass"


def test_what_was_not_heard_never_passes(line):
    verdict = judge_line({"missing": "nobody listened"}, measure_line(line), TEXT, SpeechLimits())
    assert finding(verdict, "words").status == "not measured"
    assert "nobody listened" in finding(verdict, "words").sentence


@pytest.mark.parametrize(("top", "status"), [(1.0, "pass"), (0.5, "fail"), (0.3, "fail"), (0.1, "fail")])
def test_clipping_is_found_at_any_level(tmp_path, line, top, status):
    voice, rate = soundfile.read(line)
    peak = top * np.abs(voice).max()
    soundfile.write(tmp_path / "line.wav", 0.4 * np.clip(voice, -peak, peak), rate)
    verdict = judge_line(with_words(TEXT), measure_line(tmp_path / "line.wav"), TEXT, SpeechLimits())
    assert statuses(verdict)["clipped"] == status


def test_a_hole_in_a_line_and_an_empty_line_are_found(tmp_path, line):
    voice, rate = soundfile.read(line)
    middle = len(voice) // 2
    for seconds, status in ((0.5, "pass"), (1.5, "warn"), (3, "fail")):
        hole = np.concatenate([voice[:middle], np.zeros(int(seconds * rate)), voice[middle:]])
        soundfile.write(tmp_path / "hole.wav", hole, rate)
        verdict = judge_line(with_words(TEXT), measure_line(tmp_path / "hole.wav"), TEXT, SpeechLimits())
        assert statuses(verdict)["silent"] == status
    soundfile.write(tmp_path / "empty.wav", np.zeros(rate // 2), rate)
    verdict = judge_line(with_words(""), measure_line(tmp_path / "empty.wav"), TEXT, SpeechLimits())
    assert statuses(verdict)["silent"] == statuses(verdict)["words"] == "fail"
    assert "nothing is to be heard" in finding(verdict, "silent").sentence


def test_a_file_that_is_no_sound_is_named(tmp_path):
    (tmp_path / "x.wav").write_text("no sound")
    with pytest.raises(MediaError, match=r"x\.wav cannot be measured"):
        measure_line(tmp_path / "x.wav")


# A reel ---------------------------------------------------------------------------------------------------


def film(target, *, picture="testsrc2=", black=(), silent=(), seconds=12, sound=None, level=-16.0):
    """A small reel: a test picture and a tone of ``level`` LUFS, each with gaps (from, to)."""
    dark = "".join(f",drawbox=t=fill:color=black:enable='between(t,{a},{b})'" for a, b in black)
    mute = "".join(f",volume=0:enable='between(t,{a},{b})'" for a, b in silent)
    amplitude = 10 ** (level / 20)  # a 997 Hz sine of full scale on both channels is 0 LUFS (BS.1770-4)
    tone = f"aevalsrc='{amplitude}*sin(2*PI*997*t)':s={RATE}:c=stereo:d={sound or seconds}"
    run(
        [
            *("-f", "lavfi", "-i", f"{picture}s=320x180:r=25:d={seconds}{dark}"),
            *("-f", "lavfi", "-i", f"{tone}{mute}" if level > -100 else f"anullsrc=r={RATE}:d={seconds}"),
            *(
                "-c:v",
                "libx264",
                "-preset",
                "ultrafast",
                "-pix_fmt",
                "yuv420p",
                "-c:a",
                "aac",
                "-b:a",
                "192k",
            ),
            str(target),
        ],
        what="making a reel",
    )
    return target


def subtitles(target, *cues):
    write_srt([Cue(rows, Fraction(start), Fraction(end)) for rows, start, end in cues], target)
    return target


CALM = ((("A calm line,", "and another."), 0, 3), (("The next.",), 3, 5))


def judged(reel, srt=None, **asked):
    measured = measure_reel(reel, srt)
    return judge_reel(measured, **({"loudness": -16, "true_peak": -1} | asked)), measured


def test_a_good_reel_passes_every_gate(tmp_path):
    reel = film(tmp_path / "reel.mp4", black=[(4, 4.7)], silent=[(6, 8.5)])
    verdict, measured = judged(reel, subtitles(tmp_path / "reel.srt", *CALM), loudness=-16.0)
    expected = ("form", "loudness", "true_peak", "black", "silent", "length")
    expected += ("overlap", "reading", "rows", "width")
    assert statuses(verdict) == dict.fromkeys(expected, "pass"), verdict
    assert measured["picture"] == 12 and measured["black"] == [[4.0, 4.72]]


def test_gaps_are_found_and_named_where_they_are(tmp_path):
    reel = film(tmp_path / "reel.mp4", black=[(2, 4), (6, 7.5)], silent=[(3, 7)])
    verdict, measured = judged(reel)
    assert [round(a) for a, _ in measured["black"]] == [2, 6]
    assert statuses(verdict)["black"] == statuses(verdict)["silent"] == "warn"
    assert "for 2.04 s from 0:02, and in 1 more place" in finding(verdict, "black").sentence
    assert "from 0:03" in finding(verdict, "silent").sentence


def test_a_gap_that_lasts_to_the_end_is_found(tmp_path):
    verdict, measured = judged(film(tmp_path / "reel.mp4", black=[(8, 13)], silent=[(8, 13)]))
    assert statuses(verdict)["black"] == "fail" and statuses(verdict)["silent"] == "warn"
    assert measured["silent"][-1][1] == pytest.approx(12, abs=0.1)


def test_a_dark_night_and_lettering_on_black_are_not_black(tmp_path):
    night = "color=c=0x0c0c10:"
    assert statuses(judged(film(tmp_path / "night.mp4", picture=night))[0])["black"] == "pass"
    title = film(tmp_path / "title.mp4", picture="color=c=black:", seconds=3)
    assert statuses(judged(title)[0])["black"] == "warn"
    lettered = tmp_path / "lettered.mp4"
    letters = "drawbox=x=100:y=80:w=60:h=12:t=fill:color=white"
    run(["-i", str(title), "-vf", letters, "-c:a", "copy", str(lettered)], what="lettering")
    assert statuses(judged(lettered)[0])["black"] == "pass"


def test_loudness_peak_and_length_are_compared_with_what_was_asked(tmp_path):
    reel = film(tmp_path / "reel.mp4", sound=11)
    verdict, measured = judged(reel, loudness=-23, true_peak=-20)
    assert measured["loudness"] == pytest.approx(-16, abs=0.3)
    assert statuses(verdict) | {"black": "", "silent": ""} == {
        **{"form": "pass", "loudness": "fail", "true_peak": "fail", "length": "fail"},
        **{"black": "", "silent": ""},
    }
    assert "LUFS, and -23 is asked for" in finding(verdict, "loudness").sentence


def test_a_silent_reel_is_named_and_may_be_delivered(tmp_path):
    verdict, measured = judged(film(tmp_path / "reel.mp4", level=-200, seconds=5))
    assert measured["loudness"] is None and finding(verdict, "loudness").status == "not measured"
    assert verdict.status == "warn" and statuses(verdict)["silent"] == "warn"


@pytest.mark.parametrize(
    ("cues", "gate", "status"),
    [
        ([(("One.",), 0, 3), (("Two.",), 2, 5)], "overlap", "fail"),
        ([(("x" * 36,), 0, 2)], "reading", "pass"),  # 18 a second: within a tenth of 17
        ([(("x" * 40,), 0, 2)], "reading", "warn"),
        ([(("x" * 42, "y" * 41), 0, 2)], "reading", "fail"),
        ([(("a", "b", "c"), 0, 2)], "rows", "fail"),
        ([(("x" * 43,), 0, 4)], "width", "fail"),
        ([(("x" * 42,), 0, 4)], "width", "pass"),
    ],
)
def test_subtitles_are_judged(tmp_path, cues, gate, status):
    measured = {
        **{"picture": 9.0, "sound": 9.0, "frame": 0.04, "loudness": -16.0, "true_peak": -1.0},
        **{"black": [], "silent": [], "faults": []},
        "subtitles": measure_subtitles(subtitles(tmp_path / "a.srt", *cues)),
    }
    verdict = judge_reel(measured, loudness=-16, true_peak=-1)
    found = statuses(verdict)
    assert found.pop(gate) == status
    assert set(found.values()) == {"pass"}


@pytest.mark.parametrize(
    ("languages", "status", "speed"),
    [
        ([], "pass", 17),
        ([(0, "en")], "pass", 17),
        ([(0, "ja")], "warn", 8),
        ([(0, "ja-JP")], "warn", 8),
        ([(0, "en"), (4, "ja")], "pass", 8),  # another cue, which is slow enough for it
        ([(0, "ja"), (4, "en")], "warn", 8),
        ([(0.0004, "ja"), (4, "en")], "warn", 8),  # lines begin between milliseconds
    ],
)
def test_a_subtitle_is_read_at_the_pace_of_its_own_line(tmp_path, languages, status, speed):
    srt = subtitles(tmp_path / "a.srt", (("海軍の技術革新は、",), 0, 2), (("x" * 16,), 4, 6))
    measured = {"subtitles": measure_subtitles(srt, languages), "picture": 9.0, "sound": 9.0, "frame": 0.04}
    measured |= {"loudness": -16.0, "true_peak": -1.0, "black": [], "silent": [], "faults": []}
    verdict = judge_reel(measured, loudness=-16, true_peak=-1)
    assert finding(verdict, "reading").status == status
    assert measured["subtitles"]["reading"]["speed"] == speed


def test_a_gate_can_be_switched_off_or_moved(tmp_path):
    measured = {"picture": 9.0, "sound": 8.0, "frame": 0.04, "loudness": -20.0, "true_peak": -1.0}
    measured |= {"black": [[0.0, 2.0]], "silent": [], "subtitles": None, "faults": []}
    limits = ReelLimits(loudness=["5", "9"], black="off", length="off")
    verdict = judge_reel(measured, loudness=-16, true_peak=-1, limits=limits)
    assert verdict.status == "pass" and "black" not in statuses(verdict)


def test_an_empty_list_of_subtitles_is_calm(tmp_path):
    write_text(tmp_path / "a.srt", "")
    assert measure_subtitles(tmp_path / "a.srt")["cues"] == 0


def test_a_reel_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "reel.mp4").write_bytes(b"no film")
    with pytest.raises(MediaError, match=r"reel\.mp4 cannot be read"):
        measure_reel(tmp_path / "reel.mp4", None)


def test_memory_does_not_grow_with_the_reel(tmp_path):
    """The peak of a process that measures, and of its ffmpeg, in KiB, for a short and for a longer reel."""
    script = (
        "import re, resource, sys; from pathlib import Path; from swav.quality.reel import measure_reel;"
        "measure_reel(Path(sys.argv[1]), None);"
        "own = re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1];"
        "print(int(own) + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    peaks = []
    for seconds in (5, 60):
        reel = film(tmp_path / f"{seconds}.mp4", picture="color=c=gray:", seconds=seconds)
        done = subprocess.run([sys.executable, "-c", script, str(reel)], capture_output=True, check=True)
        peaks.append(int(done.stdout))
    assert peaks[1] < peaks[0] + 20_000 and peaks[1] < 500_000


def test_judging_loads_no_decoder():
    script = (
        "import sys; from swav.quality.reel import judge_reel; from swav.quality.speech import judge_line;"
        "print(sorted({'numpy', 'av', 'soundfile', 'piper', 'faster_whisper'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
