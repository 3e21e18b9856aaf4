"""Subtitles: cues that can be read, and files from which every character comes back."""

import html
import re
import shutil
import subprocess
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imageio_ffmpeg import get_ffmpeg_exe

from swav.titles.captions import (
    GAP,
    LINE,
    LONGEST,
    ROWS,
    SHORTEST,
    Cue,
    Line,
    Word,
    columns,
    cues,
    write_srt,
    write_vtt,
)
from swav.titles.fonts import FILES

SPOKEN = (
    "At first light, the fleet leaves harbour. Sixteen companies, one horizon: what they have built "
    "in silence now meets the sea, and the sea does not forgive a careless weld."
)
HOSTILE = (
    "100% of {\\an8}these \\N <b>bold & brave</b> \"signs\" 'stay'; "
    "00:00:01,000 --> 00:00:02,000 {x} [v] C:\\new \\h end"
)


def minimal_srt(text):
    """A reader of SubRip that knows blocks, numbers and times, and nothing else."""
    found = []
    for block in text.strip("\n").split("\n\n"):
        number, times, *rows = block.split("\n")
        assert int(number) == len(found) + 1
        found.append((seconds(times, ","), [row.replace("\u2060", "") for row in rows]))
    return found


def minimal_vtt(text):
    """A reader of WebVTT cues; a ``-->`` anywhere but in a time line breaks it, as the standard says."""
    head, *blocks = text.strip("\n").split("\n\n")
    assert head == "WEBVTT"
    found = []
    for block in blocks:
        times, *rows = block.split("\n")
        assert not any("-->" in row or re.search(r"<|&(?!amp;|lt;|gt;)", row) for row in rows)
        found.append((seconds(times, "."), [html.unescape(row) for row in rows]))
    return found


def seconds(times, mark):
    stamps = re.fullmatch(
        rf"(\d\d+):(\d\d):(\d\d)\{mark}(\d{{3}}) --> (\d\d+):(\d\d):(\d\d)\{mark}(\d{{3}})", times
    )
    assert stamps, times
    h1, m1, s1, f1, h2, m2, s2, f2 = map(int, stamps.groups())
    return (
        Fraction(((h1 * 60 + m1) * 60 + s1) * 1000 + f1, 1000),
        Fraction(((h2 * 60 + m2) * 60 + s2) * 1000 + f2, 1000),
    )


def test_a_paragraph_breaks_at_its_clauses():
    found = cues([Line(SPOKEN, Fraction(0), Fraction(11))], "en")
    assert [cue.text.split()[-1] for cue in found] == ["harbour.", "sea,", "weld."]
    assert " ".join(cue.text for cue in found).split() == SPOKEN.split()
    assert found[0].start == 0 and found[-1].end == 11


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("Yes.", 1),
        ("x" * 42, 1),
        ("one two three four five six seven eight nine", 2),
        ("भारतीय नौसेना नवाचार", 1),
        ("海軍の技術革新は、静かな港から始まりました。", 2),
    ],
)
def test_rows_of_a_single_cue(text, rows):
    (cue,) = cues([Line(text, Fraction(0), Fraction(3))], "en")
    assert len(cue.rows) == rows
    assert all(columns(row) <= LINE for row in cue.rows)


def test_an_unbroken_word_is_cut_between_letters():
    found = cues([Line("क्षत्रि" * 60, Fraction(0), Fraction(30))], "hi")
    assert "".join("".join(cue.rows) for cue in found) == "क्षत्रि" * 60
    assert all(row.startswith("क्ष") or row.startswith("त्रि") for cue in found for row in cue.rows)


def test_a_short_word_stands_a_second_and_a_quick_one_makes_the_next_wait():
    found = cues(
        [Line("Go", Fraction(0), Fraction(1, 5)), Line("Stop", Fraction(1, 4), Fraction(1, 2))], "en"
    )
    assert found[0] == Cue(("Go",), Fraction(0), SHORTEST)
    assert found[1].start == SHORTEST + GAP


def test_a_dense_cue_stands_longer_where_there_is_silence():
    text = "Thirty-four letters in one second."
    (cue,) = cues([Line(text, Fraction(0), Fraction(1))], "en")
    assert cue.end == Fraction(len(text), 17)


def test_nothing_spoken_makes_no_cue(tmp_path):
    assert cues([Line(" \n ", Fraction(0), Fraction(2))], "en") == []
    write_srt([], tmp_path / "a.srt")
    write_vtt([], tmp_path / "a.vtt")
    assert (tmp_path / "a.srt").read_text() == "" and (tmp_path / "a.vtt").read_text() == "WEBVTT\n"


@pytest.mark.parametrize(("write", "read"), [(write_srt, minimal_srt), (write_vtt, minimal_vtt)])
def test_hostile_text_comes_back_exactly(tmp_path, write, read):
    spoken = cues([Line(HOSTILE, Fraction(1, 3), Fraction(9))], "en")
    write(spoken, tmp_path / "out")
    back = read((tmp_path / "out").read_text(encoding="utf-8"))
    assert " ".join(" ".join(rows) for _, rows in back) == HOSTILE
    assert [times[0] for times, _ in back] == [Fraction(round(cue.start * 1000), 1000) for cue in spoken]


@pytest.mark.parametrize("suffix", ["srt", "vtt"])
def test_a_real_demuxer_reads_the_same_cues(tmp_path, suffix):
    """FFmpeg looks for times anywhere in SubRip, so an arrow within the text must not look like one."""
    import av

    spoken = cues([Line(HOSTILE, Fraction(0), Fraction(9))], "en")
    target = tmp_path / f"out.{suffix}"
    {"srt": write_srt, "vtt": write_vtt}[suffix](spoken, target)
    with av.open(str(target)) as container:
        packets = [bytes(packet).decode() for packet in container.demux(subtitles=0) if packet.size]
    texts = [html.unescape(packet) if suffix == "vtt" else packet.replace("\u2060", "") for packet in packets]
    assert [text.strip("\r\n") for text in texts] == [cue.text for cue in spoken]


# With the times of the words ------------------------------------------------------------------------------


def timed(text, *stretches):
    """A line whose words are spoken in stretches: ((how many words, start, end), ...), evenly within each."""
    words, found = text.split(), []
    for count, start, end in stretches:
        step = Fraction(end - start) / count
        for number, word in enumerate(words[len(found) : len(found) + count]):
            found.append(Word(word, start + number * step, start + (number + 1) * step))
    return Line(text, Fraction(0), Fraction(stretches[-1][2]) + 1, tuple(found))


def test_a_cue_appears_with_its_first_word_and_stays_until_its_last():
    text = "Nobody had seen her leave the quay at night, and nobody would ever see her come back in daylight."
    first, second = cues([timed(text, (9, 1, 4), (10, 6, 9))], "en")
    assert first.text.endswith("night,") and second.text.startswith("and")
    assert (first.start, second.start) == (1, 6)
    assert 4 <= first.end <= 6 - GAP and second.end >= 9


def test_a_pause_is_a_place_to_break_where_nothing_is_written():
    text = (
        "the quiet sea remembers every ship that ever crossed it the harbour only counts the ones that return"
    )
    found = cues([timed(text, (10, 0, 4), (8, 5, 9))], "en")
    assert [cue.text.split()[-1] for cue in found] == ["it", "return"]
    assert found[1].start == 5


def test_rows_and_cues_break_before_conjunctions_and_not_behind_articles():
    text = (
        "The worst storm of their lives breaks in a warehouse because the sea is not a place for rehearsals."
    )
    found = cues([Line(text, Fraction(0), Fraction(7))], "en")
    assert [cue.rows[0].split()[0] for cue in found] == ["The", "because"]
    assert all(row.split()[-1] not in ("the", "a", "of", "in", "their") for cue in found for row in cue.rows)


def test_a_title_does_not_end_a_sentence():
    text = (
        "The lamp was lit at dawn by Dr. Rao and by Capt. Iyer, who had charted every reef of these waters."
    )
    found = cues([Line(text, Fraction(0), Fraction(8))], "en")
    assert all(not row.endswith(("Dr.", "Capt.")) for cue in found for row in cue.rows)


def test_times_of_other_words_are_not_believed():
    line = timed("one two three", (3, 0, 3))
    other = Line("four five six", Fraction(0), Fraction(4), line.words)
    assert cues([other], "en") == cues([Line("four five six", Fraction(0), Fraction(4))], "en")


def test_cues_of_real_speech_begin_where_it_does_after_a_pause(tmp_path):
    from swav.hearing import recognise, timed_words
    from swav.speech import length, speak

    texts = (
        SPOKEN,
        "She has no crew, no cabin, and patience enough for weeks. Better to be frightened here, and ready "
        "out there. It shrinks a little, sinks, and lets its wings do the rest.",
    )
    wavs = [tmp_path / f"{number}.wav" for number in range(len(texts))]
    for text, wav in zip(texts, wavs, strict=True):
        speak(text, engine="piper", language="en", speaker=None, speed=1.0, seed=0, target=wav)
    for text, wav, heard in zip(texts, wavs, recognise(wavs, texts), strict=True):
        spoken = length(wav)
        words = timed_words(text, heard.plain(), spoken, start=Fraction(10))
        found = cues([Line(text, Fraction(10), 10 + spoken, words)], "en")
        begins = onsets(wav)
        for cue in found:
            assert min(abs(cue.start - 10 - begin) for begin in begins) <= 0.25, cue
        assert found[-1].end >= words[-1].end
        assert len(found) >= 3 and all(after.start - before.end >= GAP for before, after in pairwise(found))


def onsets(wav):
    """Where sound begins after 0.15 s of silence, in seconds, by the energy of 5 ms."""
    import numpy as np
    import soundfile

    samples, rate = soundfile.read(wav)
    block = rate // 200
    energy = np.sqrt(np.mean(samples[: len(samples) // block * block].reshape(-1, block) ** 2, axis=1))
    loud = np.flatnonzero(energy > 0.03 * energy.max())
    firsts = [loud[0], *loud[1:][np.diff(loud) > 0.15 * 200]]
    return [Fraction(int(first), 200) for first in firsts]


def test_times_run_past_an_hour(tmp_path):
    write_srt([Cue(("x",), Fraction(3725001, 1000), Fraction(3727))], tmp_path / "a.srt")
    assert "01:02:05,001 --> 01:02:07,000" in (tmp_path / "a.srt").read_text()


WORDS = st.lists(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=60)
)
COMMON = "the sea, and harbour; because. x"
TIMES = st.fractions(min_value=0, max_value=60, max_denominator=1001)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(WORDS, TIMES, TIMES), max_size=5))
def test_words_are_kept_and_limits_hold(tmp_path_factory, drawn):
    lines = [Line(" ".join(words), start, start + length) for words, start, length in drawn]
    found = cues(lines, "en")
    ordered = sorted(lines, key=lambda line: (line.start, line.end))
    spoken = "".join("".join(line.text.split()) for line in ordered)
    assert "".join("".join(cue.text.split()) for cue in found) == spoken
    for cue in found:
        assert 1 <= len(cue.rows) <= ROWS
        assert all(row and row == row.strip() for row in cue.rows)
        assert SHORTEST <= cue.end - cue.start <= LONGEST
    for before, after in pairwise(found):
        assert after.start - before.end >= GAP
    folder = tmp_path_factory.mktemp("captions")
    write_vtt(found, folder / "a.vtt")
    back = minimal_vtt((folder / "a.vtt").read_text(encoding="utf-8")) if found else []
    assert [tuple(rows) for _, rows in back] == [cue.rows for cue in found]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(COMMON.split()), min_size=1, max_size=30), st.data())
def test_limits_hold_whatever_the_times_of_the_words(texts, data):
    edges = data.draw(
        st.lists(st.fractions(0, 30, max_denominator=1000), min_size=2 * len(texts), max_size=60)
    )
    edges = sorted(edges[: 2 * len(texts)])
    words = tuple(Word(*each) for each in zip(texts, edges[::2], edges[1::2], strict=True))
    found = cues([Line(" ".join(texts), edges[0], edges[-1], words)], "en")
    assert [word for cue in found for word in cue.text.split()] == texts
    for cue in found:
        assert len(cue.rows) <= ROWS and all(len(row) <= LINE for row in cue.rows)
        assert SHORTEST <= cue.end - cue.start <= LONGEST
    assert all(after.start - before.end >= GAP for before, after in pairwise(found))
    firsts = [0]
    for cue in found:
        assert cue.start >= words[firsts[-1]].start
        firsts.append(firsts[-1] + len(cue.text.split()))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.from_regex(r"[a-z]{1,12}[,.]?", fullmatch=True), min_size=1, max_size=40), TIMES)
def test_plain_words_never_break_and_rows_are_short(words, length):
    found = cues([Line(" ".join(words), Fraction(0), length)], "en")
    assert [word for cue in found for word in cue.text.split()] == words
    assert all(len(row) <= LINE for cue in found for row in cue.rows)


# ---- from the right


def written(text, language, tmp_path):
    """A line as both files hold it: the rows of its cues."""
    found = cues([Line(text, Fraction(0), Fraction(6))], language)
    write_srt(found, tmp_path / "a.srt")
    write_vtt(found, tmp_path / "a.vtt")
    srt = [row for _, rows in minimal_srt((tmp_path / "a.srt").read_text()) for row in rows]
    assert srt == [row for _, rows in minimal_vtt((tmp_path / "a.vtt").read_text()) for row in rows]
    return srt


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("مرحبا، 2026!", "ar"),
        ("قال: (نعم). 3.5%", "ar-EG"),
        ("הספינה (INS Vikrant) הגיעה.", "he"),
        ("INS Vikrant הגיעה, 2026.", "he"),
        ("12 ספינות?", "he"),
        ("פילם", "en"),
        ("یہ فلم (SWAV) ہے۔", "ur"),
        ("۲۰۲۶ سلام", "fa"),
    ],
)
def test_rows_from_the_right_say_so(text, language, tmp_path):
    rows = written(text, language, tmp_path)
    assert all(row.startswith("\u202b") and row.endswith("\u202c") for row in rows)
    assert " ".join(row.strip("\u202b\u202c") for row in rows).split() == text.split()


@pytest.mark.parametrize(
    ("text", "language"),
    [("INS Vikrant, 2026.", "he"), ("The word שלום means peace.", "en"), ("नमस्ते।", "hi"), ("2026.", "ar")],
)
def test_rows_from_the_left_hold_no_mark(text, language, tmp_path):
    assert "\u202b" not in "".join(written(text, language, tmp_path))


def test_marks_of_direction_take_no_room():
    assert columns("\u202bשלום\u202c") == 4


def seen(row, tmp_path):
    """How wide each piece of a row's ink is, from the left, as the libass of the shipped ffmpeg shows it."""
    shutil.copy(FILES / "IBMPlexSansArabic-Regular.ttf", tmp_path)
    (tmp_path / "a.srt").write_text(f"1\n00:00:00,000 --> 00:00:09,000\n{row}\n", encoding="utf-8")
    drawing = "subtitles=a.srt:fontsdir=.:force_style='Fontname=IBM Plex Sans Arabic,Fontsize=90,Outline=0'"
    command = [get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", "color=black:s=640x240:d=1"]
    command += ["-vf", drawing, "-frames:v", "1", "-pix_fmt", "gray", "-f", "rawvideo", "-"]
    shown = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True, timeout=120).stdout
    ink = np.frombuffer(shown, np.uint8).reshape(240, 640).max(0) > 128
    return np.diff(np.flatnonzero(np.diff(ink.astype(int))))[::2]


def test_a_player_shows_the_full_stop_at_the_left(tmp_path):
    (row,) = written("مم.", "ar", tmp_path)
    word, stop = seen("مم.", tmp_path)  # as it was: the stop stands before the first letter
    assert stop < word / 3
    assert list(seen(row, tmp_path)) == pytest.approx([stop, word], abs=2)
