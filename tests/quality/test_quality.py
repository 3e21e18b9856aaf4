"""Takes measured and judged: every gate fires on its fault and stays quiet where a careless one would not."""

import json
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError

from swav.errors import MediaError
from swav.media.writer import ClipWriter
from swav.quality.bounds import NEVER, OFF, Bounds
from swav.quality.frames import BLACK_LEVEL, BLACK_SPARE, Frame, spread
from swav.quality.gate import runs
from swav.quality.gauges import gates
from swav.quality.gauges.signature import nearest, similarity
from swav.quality.judge import judge
from swav.quality.limits import Limits
from swav.quality.measure import measure
from swav.quality.sentences import percent, stretches
from swav.quality.thumbnail import thumbnail
from swav.quality.verdict import INTEGRITY, PICTURE, SEGMENT, Expected, Finding, Verdict

WIDTH, HEIGHT, RATE, COUNT = 320, 180, Fraction(24), 36
SEEN = tuple(gate for gate in PICTURE if gate not in ("lettering", "adherence"))
"""The gates of this file; words and prompts have tests of their own."""
EXPECTED = Expected(WIDTH, HEIGHT, RATE, COUNT, gates=SEEN)


# -- pictures


def texture(seed: int, width: int = 2 * WIDTH, height: int = HEIGHT) -> np.ndarray:
    """float32 (height, width, 3), 0 to 255: a landscape of noise in all octaves."""
    random = np.random.default_rng(seed)
    total = np.zeros((height, width, 3), np.float32)
    for octave in range(1, 9):
        grid = random.random((2**octave + 1, 2 ** (octave + 1) + 1, 3), dtype=np.float32)
        total += cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC) * 0.85**octave
    low, high = np.percentile(total, (1, 99))
    return np.clip((total - low) / (high - low), 0, 1) * 215 + 15


def pan(seed: int = 1, speed: float = 2.0, count: int = COUNT) -> list[np.ndarray]:
    """Frames (float32) of a camera that pans over a landscape by ``speed`` pixels a frame."""
    ground = texture(seed)
    shift = [np.float32([[1, 0, -speed * number], [0, 1, 0]]) for number in range(count)]
    return [cv2.warpAffine(ground, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR) for matrix in shift]


def grain(frames: list[np.ndarray], sigma: float, seed: int = 7) -> list[np.ndarray]:
    random = np.random.default_rng(seed)
    return [frame + random.normal(0, sigma, frame.shape[:2])[..., None] for frame in frames]


def write(target: Path, frames, quality: int = 14, rate: Fraction = RATE) -> Path:
    height, width = frames[0].shape[:2]
    with ClipWriter(target, width=width, height=height, rate=rate, metadata={}, quality=quality) as clip:
        for frame in frames:
            clip.write(np.clip(np.rint(frame), 0, 255).astype(np.uint8))
    return target


def held(frames, start: int, end: int):
    return [frames[start] if start <= number < end else frame for number, frame in enumerate(frames)]


def torn(frames):
    random = np.random.default_rng(3)
    spoilt = []
    for frame in frames:
        rows = [np.roll(band, random.integers(-12, 13), axis=1) for band in np.array_split(frame, 12)]
        spoilt.append(np.concatenate(rows))
    return spoilt


def melting(frames):
    """Shapes that cannot hold themselves: each frame is bent by a field of its own."""
    random = np.random.default_rng(4)
    rows, columns = np.indices((HEIGHT, WIDTH), np.float32)
    spoilt = []
    for frame in frames:
        bend = random.normal(0, 6, (2, 5, 9)).astype(np.float32)
        x, y = (cv2.resize(field, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC) for field in bend)
        spoilt.append(cv2.remap(frame, columns + x, rows + y, cv2.INTER_LINEAR, None, cv2.BORDER_REFLECT))
    return spoilt


def brightened(frames, gains):
    return [frame * gain for frame, gain in zip(frames, gains, strict=True)]


def night(lamp_at=lambda number: ()):
    """A dark town with small lamps, under grain; ``lamp_at`` gives a frame's beacons as (x, y, radius)."""
    ground = 0.08 * texture(5, WIDTH, HEIGHT)
    random = np.random.default_rng(6)
    for x, y in zip(random.integers(5, 315, 60), random.integers(90, 175, 60), strict=True):
        cv2.circle(ground, (int(x), int(y)), 1, (250, 210, 150), -1)
    frames = []
    for number in range(COUNT):
        frame = ground.copy()
        for x, y, radius in lamp_at(number):
            cv2.circle(frame, (x, y), radius, (255, 230, 210), -1)
        frames.append(np.roll(frame, number // 2, axis=1))
    return grain(frames, 1.5)


def product(sigma: float):
    """A lit box on a table that nothing and nobody moves."""
    frame = np.full((HEIGHT, WIDTH, 3), 175, np.float32)
    frame[:, :, :] += np.linspace(-30, 30, HEIGHT)[:, None, None]
    cv2.rectangle(frame, (110, 50), (210, 140), (60, 80, 120), -1)
    cv2.rectangle(frame, (110, 50), (210, 60), (200, 205, 215), -1)
    return grain([frame] * COUNT, sigma)


def snow():
    random = np.random.default_rng(8)
    ground = 0.6 * texture(9, WIDTH, HEIGHT)
    places, speeds = random.random((250, 2)) * (WIDTH, HEIGHT), random.uniform(2, 5, (250, 1)) * (0.3, 1)
    frames = []
    for number in range(COUNT):
        frame = np.roll(ground, number // 3, axis=1).copy()
        for x, y in ((places + speeds * number) % (WIDTH, HEIGHT)).astype(int).tolist():
            cv2.circle(frame, (x, y), 1, (235, 238, 240), -1)
        frames.append(frame)
    return frames


def passing(frames):
    """A dark carriage crosses the picture from one side to the other."""
    spoilt = []
    for number, frame in enumerate(frames):
        frame = frame.copy()
        right = number * 14
        frame[60:150, max(0, right - 140) : min(WIDTH, right)] = (40, 45, 70)
        for window in range(right - 130, right - 10, 24):
            frame[75:100, max(0, window) : max(0, min(WIDTH, window + 14))] = (190, 180, 150)
        spoilt.append(frame)
    return spoilt


FAULTS = {
    "bits": lambda: (pan(), 44),
    "black": lambda: held([*pan()[:27], *[np.zeros((HEIGHT, WIDTH, 3))] * 9], 27, 36),
    "frozen": lambda: held(grain(pan(), 3), 24, 36),
    "repeated": lambda: [frame for frame in grain(pan(), 3)[::2] for _ in range(2)],
    "repeated, in a loop": lambda: pan(speed=4)[:9] * 4,
    "flicker": lambda: brightened(pan(), [0.9 + 0.04 * (-1) ** number for number in range(COUNT)]),
    "flicker, by chance": lambda: brightened(pan(), np.random.default_rng(2).normal(0.9, 0.06, COUNT)),
    "blur": lambda: [cv2.GaussianBlur(frame, (0, 0), 4) for frame in pan()],
    "still": lambda: grain([pan()[0]] * COUNT, 4),
    "torn": lambda: torn(pan()),
    "torn, melting": lambda: melting(pan()),
    "jump": lambda: pan(1)[:20] + pan(2)[20:],
    "dark": lambda: [0.09 * frame for frame in pan()],
    "blown": lambda: [3 * frame for frame in pan()],
}


def beacons(number: int):
    """Two lamps that strobe, each at its own pace."""
    lamps = [((80, 60, 9), number % 12 < 2), ((240, 70, 7), number % 9 < 2)]
    return [lamp for lamp, lit in lamps if lit]


def lightning():
    gains = [2.8 if number in (9, 10, 12, 24) else 1 for number in range(COUNT)]
    return brightened(grain([0.3 * frame for frame in pan()], 2), gains)


def focus_on_a_part():
    near = np.arange(WIDTH)[None, :, None] < 130
    return [np.where(near, frame, cv2.GaussianBlur(frame, (0, 0), 4)) for frame in pan(speed=1)]


GOOD = {
    "pan": pan,
    "pan that hardly moves": lambda: pan(speed=0.4),
    "pan with grain": lambda: grain(pan(), 5),
    "fast pan": lambda: pan(speed=8),
    "fade up": lambda: brightened(pan(), np.linspace(0.25, 1, COUNT)),
    "night": night,
    "strobing beacons": lambda: night(beacons),
    "lightning": lightning,
    "snow": snow,
    "train": lambda: passing(pan()),
    "focus on a part": focus_on_a_part,
}


def verdict(tmp_path, frames, expected: Expected = EXPECTED, limits: Limits | None = None) -> Verdict:
    frames, quality = frames if isinstance(frames, tuple) else (frames, 14)
    return judge(measure(write(tmp_path / "take.mp4", frames, quality), expected), limits or Limits())


def failed(found: Verdict) -> dict[str, str]:
    return {finding.gate: finding.sentence for finding in found.findings if finding.status == "fail"}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_fails_its_gate(tmp_path, fault):
    gate = fault.partition(",")[0]
    found = verdict(tmp_path, FAULTS[fault]())
    assert found.status == "fail"
    assert gate in failed(found)


@pytest.mark.parametrize("scene", GOOD)
def test_a_good_picture_fails_no_gate(tmp_path, scene):
    found = verdict(tmp_path, GOOD[scene]())
    assert failed(found) == {}
    assert {finding.gate for finding in found.findings} == set(SEEN)


@pytest.mark.parametrize("sigma", [0, 3])
def test_a_static_shot_may_stand_still(tmp_path, sigma):
    found = verdict(tmp_path, product(sigma), replace(EXPECTED, moves=False))
    assert failed(found) == {}
    assert "still" not in {finding.gate for finding in found.findings}


def test_a_static_shot_in_which_things_move_may_not_freeze(tmp_path):
    found = verdict(tmp_path, held(grain(pan(), 3), 24, 36), replace(EXPECTED, moves=False))
    assert "frozen" in failed(found)


def test_what_repeats_is_said_with_its_frames(tmp_path):
    found = verdict(tmp_path, held(grain(pan(), 3), 23, 36))
    frozen = next(finding for finding in found.findings if finding.gate == "frozen")
    assert frozen.sentence == "frames 24-35 repeat frame 23 (33 % of the take; the limit is 10 %)"
    assert frozen.frames == (24,) and frozen.value == pytest.approx(12 / 36, abs=1e-3)
    assert found.worst == frozen


def test_a_cut_is_found_where_it_is(tmp_path):
    found = verdict(tmp_path, pan(1)[:20] + pan(2)[20:])
    assert [finding.frames for finding in found.findings if finding.gate == "jump"] == [(20,)]


def test_black_frames_are_black_and_nothing_else(tmp_path):
    found = verdict(tmp_path, [np.zeros((HEIGHT, WIDTH, 3))] * COUNT)
    assert list(failed(found)) == ["black"]
    unmeasured = {finding.gate for finding in found.findings if finding.status == "not measured"}
    assert unmeasured == {"dark", "blown", "blur", "still"}


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuvj420p"])
def test_a_frame_is_black_where_its_levels_say_so(pixel_format):
    """Pixels are counted as they are stored; by the shares of levels it comes out the same, to the pixel."""
    for level in (15, 24, 25, 9, 10):
        for bright in (0, 9, 10, 11):  # of 10,000 pixels, of which a thousandth may be bright
            picture = av.VideoFrame(100, 100, pixel_format)
            luma = np.full(10_000, level, np.uint8)
            luma[:bright] = 200
            padded = np.zeros((100, picture.planes[0].line_size), np.uint8)
            padded[:, :100] = luma.reshape(100, 100)
            picture.planes[0].update(padded)
            frame = Frame(0, picture, False)
            assert frame.black == bool(frame.shares[BLACK_LEVEL] >= 1 - BLACK_SPARE)


# -- form


@pytest.mark.parametrize(
    ("ordered", "said"),
    [
        ({"frames": 40}, "the clip has 36 frames, and 40 were ordered"),
        ({"width": 640}, "the picture is 320x180, and 640x180 was ordered"),
        ({"rate": Fraction(16)}, "the clip runs at 24 frames a second, and 16 was ordered"),
    ],
)
def test_a_take_of_another_form_fails(tmp_path, ordered, said):
    found = verdict(tmp_path, pan(), replace(EXPECTED, gates=INTEGRITY, **ordered))
    assert failed(found) == {"form": said}
    assert [finding.gate for finding in found.findings] == list(INTEGRITY)


def test_a_torn_file_is_a_finding_and_no_error(tmp_path):
    whole = write(tmp_path / "whole.mp4", pan())
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    for clip in (cut, tmp_path / "missing.mp4"):
        found = judge(measure(clip, EXPECTED), Limits())
        assert list(failed(found)) == ["form"], clip
        assert clip.name in failed(found)["form"]


@pytest.mark.parametrize("count", [1, 2, 5])
def test_very_short_takes_are_measured(tmp_path, count):
    found = verdict(tmp_path, pan(count=count), replace(EXPECTED, frames=count))
    assert "form" not in failed(found)


def test_takes_of_any_shape_are_measured(tmp_path):
    upright = [frame[:, 100:200] for frame in pan()]
    assert failed(verdict(tmp_path, upright, replace(EXPECTED, width=100))) == {}


# -- the measurement


def test_a_measurement_is_plain_and_always_the_same(tmp_path):
    clip = write(tmp_path / "take.mp4", grain(pan(), 3))
    first, second = (json.dumps(measure(clip, EXPECTED), allow_nan=False) for _ in range(2))
    assert first == second


def test_all_gates_of_a_generated_take_speak(tmp_path):
    expected = replace(EXPECTED, gates=PICTURE, prompt="a wide landscape")
    found = verdict(tmp_path, pan(), expected)
    statuses = {finding.gate: finding.status for finding in found.findings}
    assert tuple(statuses) == PICTURE
    assert statuses.pop("adherence") == "not measured"
    assert set(statuses.values()) == {"pass"} and found.status == "pass"


def test_changed_limits_judge_again_without_the_clip(tmp_path):
    clip = write(tmp_path / "take.mp4", held(pan(), 34, 36))
    measured = json.loads(json.dumps(measure(clip, EXPECTED)))
    clip.unlink()
    number = measured["blur"]["value"]
    assert judge(measured, Limits()).status == "pass"
    strict = Limits(blur=[str(number + 0.2), str(number + 0.1)])
    assert list(failed(judge(measured, strict))) == ["blur"]
    assert judge(measured, Limits(blur=[number + 0.1, NEVER])).status == "warn"
    silent = judge(measured, Limits(blur=OFF))
    assert "blur" not in {finding.gate for finding in silent.findings}


def test_judging_imports_nothing_heavy():
    heavy = "{'numpy', 'cv2', 'av', 'PIL', 'rapidocr', 'onnxruntime'}"
    program = f"import swav.quality.judge, sys; print({heavy} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


# -- judging, as a table

FORM = {"faults": [], "decodable": True}


@pytest.mark.parametrize(
    ("gate", "part", "status", "sentence"),
    [
        ("black", {"value": 0.0}, "pass", "no stretch is black (0 % of the take)"),
        (
            "black",
            {"value": 0.05, "stretches": [[0, 1]]},
            "warn",
            "frames 0-1 are black (5 % of the take; worth a look above 0 %)",
        ),
        (
            "black",
            {"value": 0.5, "stretches": [[7, 7]]},
            "fail",
            "frame 7 is black (50 % of the take; the limit is 10 %)",
        ),
        (
            "bits",
            {"value": 0.1, "bits_per_pixel": 0.0406},
            "fail",
            "the file has 0.0406 bits a pixel, far too few for its pictures "
            "(10 % of what a clean encoding of them takes; the limit is 32 %)",
        ),
        (
            "jump",
            {"value": 0.9, "frames": [40]},
            "fail",
            "there is a cut inside the shot, at frame 40 "
            "(the two sides differ by 0.9 of 1; the limit is 0.25)",
        ),
        (
            "lettering",
            {"value": 1.0, "frames": [8], "words": [{"text": "SHPI", "frame": 8}]},
            "fail",
            "there is lettering in the picture in frame 8: “SHPI” (certainty 100 %; the limit is 60 %)",
        ),
        (
            "blur",
            {"value": 0.02},
            "warn",
            "the picture is blurred for its size (sharpness 0.02; worth a look below 0.03)",
        ),
        ("adherence", {"missing": "there is no model"}, "not measured", "not measured: there is no model"),
        ("adherence", {"value": 0.3}, "pass", "the picture shows what the prompt says (similarity 0.3)"),
    ],
)
def test_verdicts_on_measurements(gate, part, status, sentence):
    found = judge({"gates": ["form", gate], "form": FORM, gate: part}, Limits())
    finding = found.findings[-1]
    assert (finding.gate, finding.status, finding.sentence) == (gate, status, sentence)
    assert finding.frames == tuple(part.get("frames", ()))
    assert found.status == ("pass" if status == "not measured" else status)
    assert Verdict.read(json.loads(json.dumps(found.plain()))) == found


def test_a_likeness_to_another_shot_is_judged_where_it_was_looked_for():
    measured = {"gates": ["form"], "form": FORM, "duplicate": {"value": 0.95, "shot": "r002"}}
    found = judge(measured, Limits(duplicate=["0.8", "0.9"])).findings[-1]
    assert (found.gate, found.status) == ("duplicate", "fail")
    assert found.sentence == "it looks like shot r002 (95 % alike; the limit is 90 %)"


@pytest.mark.parametrize(
    ("statuses", "worst"),
    [
        (("pass", "warn", "fail", "not measured"), "fail"),
        (("pass", "warn", "not measured"), "warn"),
        (("not measured", "pass"), "not measured"),
        ((), "not measured"),
        (("not measured",), "not measured"),
    ],
)
def test_a_verdict_is_the_worst_of_its_findings(statuses, worst):
    assert Verdict.of(Finding("form", status, 0.0, None, "") for status in statuses).status == worst


# -- limits


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (["0.1", "0.3"], Bounds(0.1, 0.3)),
        ([0, ".5"], Bounds(0, 0.5)),
        (["0.1", "never"], Bounds(0.1, None)),
        ("off", OFF),
        ("false", OFF),
    ],
)
def test_limits_as_people_write_them(written, read):
    limits = Limits(black=written)
    assert limits.black == read
    assert Limits(**limits.model_dump()) == Limits.model_validate_json(limits.model_dump_json()) == limits


@pytest.mark.parametrize(
    ("field", "written", "said"),
    [
        ("black", ["0.3", "0.1"], "wrong order"),
        ("blur", ["0.1", "0.3"], "wrong order"),
        ("black", "0.3", "two limits"),
        ("black", ["0.3"], "two limits"),
        ("black", ["never", "never"], "never warns"),
        ("black", ["a", "0.3"], "'a' is not a limit"),
        ("black", ["nan", "0.3"], "'nan' is not a limit"),
    ],
)
def test_limits_that_make_no_sense_are_refused(field, written, said):
    with pytest.raises(ValidationError, match=said):
        Limits(**{field: written})


GATE = """
from swav.quality.gate import Gate
from swav.quality.sentences import Words, plain

GATES = (
    Gate(
        name="tilted",
        place=35,
        rising=True,
        warn=1.5,
        fail=None,
        words=Words("the horizon is level", lambda measured: "the horizon is tilted", plain, plain),
        gauge=lambda watched: None,
    ),
)
"""


def test_one_file_adds_a_gate(tmp_path):
    (tmp_path / "tilt.py").write_text(GATE)
    program = f"""
import swav.quality.gauges
swav.quality.gauges.__path__.append({str(tmp_path)!r})
from swav.quality.judge import judge
from swav.quality.limits import Limits
from swav.quality.verdict import PICTURE
assert "tilted" in PICTURE
measured = {{"form": {{"faults": []}}, "gates": ["tilted"], "tilted": {{"value": 2}}}}
print(list(Limits.model_fields)[2:5], Limits().tilted.written(), judge(measured, Limits()).worst.sentence)
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    said = "the horizon is tilted (2; worth a look above 1.5)"
    assert run.stdout.strip() == f"['frozen', 'tilted', 'repeated'] [1.5, 'never'] {said}"


def test_no_two_gates_have_one_name_or_place():
    assert len({gate.name for gate in gates()}) == len({gate.place for gate in gates()}) == len(gates())


def test_every_gate_has_limits_and_its_defaults_point_the_right_way():
    assert set(Limits.model_fields) == {*PICTURE, *SEGMENT, "duplicate", "likeness"} - {"form"}
    for gate, bounds in Limits():
        assert bounds.fail is None or (bounds.fail > bounds.warn) == bounds.rising, gate


def test_a_number_at_its_limit_is_still_good():
    rising = Bounds(0.1, 0.2)
    assert [rising.status(value) for value in (0.1, 0.15, 0.2, 0.21)] == ["pass", "warn", "warn", "fail"]
    falling = Bounds(0.2, 0.1, rising=False)
    assert [falling.status(value) for value in (0.2, 0.15, 0.1, 0.05)] == ["pass", "warn", "warn", "fail"]
    assert Bounds(0.1, None).status(9) == "warn"


# -- signatures and thumbnails


def test_signatures_know_the_same_picture_again(tmp_path):
    def signature(frames, quality=14):
        return measure(write(tmp_path / "take.mp4", frames, quality), EXPECTED)["signature"]

    own = signature(pan(1))
    assert similarity(own, signature(pan(1), 30)) > 0.9
    assert similarity(own, signature(grain(brightened(pan(1), [0.8] * COUNT), 4))) > 0.9
    other = signature(pan(2))
    assert similarity(own, other) < 0.5
    assert nearest(own, {"r002": other, "r003": own}) == {"value": 1.0, "shot": "r003", "frames": []}
    assert nearest(own, {})["value"] == 0


def test_a_thumbnail_shows_the_frame(tmp_path):
    frames = [np.full((HEIGHT, WIDTH, 3), (40 + 20 * number, 90, 90)) for number in range(6)]
    clip = write(tmp_path / "take.mp4", frames)
    thumbnail(clip, 4, tmp_path / "four.jpg")
    with Image.open(tmp_path / "four.jpg") as picture:
        assert (picture.format, picture.size) == ("JPEG", (480, 270))
        assert np.asarray(picture).mean(axis=(0, 1)) == pytest.approx((120, 90, 90), abs=4)
    with pytest.raises(MediaError, match="has no frame 6; its last one is 5"):
        thumbnail(clip, 6, tmp_path / "six.jpg")


# -- small words and numbers


def test_stretches_and_shares_as_words():
    assert stretches([]) == "no frame"
    assert stretches([[3, 3]]) == "frame 3"
    assert stretches([[3, 3], [5, 9]]) == "frames 3 and 5-9"
    assert stretches([[n, n] for n in (0, 2, 4, 6, 8)]) == "frames 0, 2, 4 and 2 more stretches"
    assert [percent(share) for share in (0, 0.004, 0.05, 0.333, 1)] == [
        "0 %",
        "0.4 %",
        "5 %",
        "33 %",
        "100 %",
    ]


def test_frames_are_spread_and_joined():
    assert spread(81, 6) == (6, 20, 33, 47, 60, 74)
    assert spread(3, 6) == (0, 1, 2)
    assert runs([3, 4, 5, 9]) == [[3, 5], [9, 9]] and runs([]) == []
