"""The animatic: what is read from words, and that the pictures do what the words said."""

# ruff: noqa: E501 - a row of the tables of prompts is one hour of the day

import itertools
import math
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import av
import cv2
import numpy as np
import pytest
from PIL import Image

from swav.animatic import panel
from swav.animatic.art import Art, Fall
from swav.animatic.camera import CameraMove, parse_camera
from swav.animatic.canvas import Plane, Sheet, lay
from swav.animatic.life import Falling
from swav.animatic.panel import Slate, frames
from swav.animatic.samples import SAMPLES, make_sample
from swav.animatic.scene import read_scene
from swav.animatic.slate import Strip
from swav.animatic.still import still_frames
from swav.animatic.told import first_words, told_frames
from swav.animatic.understood import is_understood, seen_of
from swav.errors import MediaError

RATE = Fraction(24)

CAMERA_TABLE = [
    ("", "", "push", 0.6),
    ("", "A crane lifts the hull of a ship", "push", 0.6),
    ("", "A ship rises on a wave and drifts", "push", 0.6),
    ("push", "", "push", 1.0),
    ("slow push in", "", "push", 0.6),
    ("fast push", "", "push", 1.6),
    ("dolly in", "", "push", 1.0),
    ("zoom in quickly", "", "push", 1.6),
    ("pull", "", "pull", 1.0),
    ("Pull back slowly", "", "pull", 0.6),
    ("dolly out", "", "pull", 1.0),
    ("zoom-out", "", "pull", 1.0),
    ("pan", "", "pan_right", 1.0),
    ("pan left", "", "pan_left", 1.0),
    ("pan_right", "", "pan_right", 1.0),
    ("pans to the left", "", "pan_left", 1.0),
    ("whip pan", "", "pan_right", 1.6),
    ("tilt up", "", "tilt_up", 1.0),
    ("TILT DOWN", "", "tilt_down", 1.0),
    ("tilt", "", "tilt_up", 1.0),
    ("orbit", "", "orbit", 1.0),
    ("slow arc around the ship", "", "orbit", 0.6),
    ("crane", "", "crane_up", 1.0),
    ("crane down", "", "crane_down", 1.0),
    ("gently rising", "", "crane_up", 0.6),
    ("track left", "", "track_left", 1.0),
    ("tracking shot", "", "track_right", 1.0),
    ("slide to the left", "", "track_left", 1.0),
    ("static", "", "static", 1.0),
    ("locked-off", "", "static", 1.0),
    ("tripod", "", "static", 1.0),
    ("handheld", "", "handheld", 1.0),
    ("pull", "slow pan left over the harbour", "pull", 1.0),
    ("", "slow pan left over the harbour", "pan_left", 0.6),
    ("", "Wide shot, slow push in, calm", "push", 0.6),
    ("", "handheld camera in the crowd", "handheld", 1.0),
    ("", "the camera tilts down from the lightning", "tilt_down", 1.0),
    ("", "tracking shot of a frigate", "track_right", 1.0),
    ("", "the camera orbits the drone", "orbit", 1.0),
    ("", "no camera movement", "push", 0.6),
    ("etwas ganz anderes", "", "push", 0.6),
]

PROMPTS = [
    f"{subject} {when}"
    for when, subjects in {
        "at dawn": ["a shipyard with cranes", "a frigate at sea", "a fishing harbour", "a pine forest", "mountains", "a lighthouse on a cliff", "a desert radar dish", "flags on a parade ground", "a city waterfront"],
        "at night": ["a harbour", "a city skyline", "a frigate at sea", "a sonar control room", "a lab with engineers", "a hangar with a helicopter", "a submarine on the ocean", "a welding shipyard", "stars over a valley"],
        "at sunset": ["a sailing boat at sea", "a fleet of warships", "a crowd on the beach", "an aircraft carrier", "a drone over the coast", "a container ship in port", "wind turbines in a field", "dunes", "an exhibition hall"],
        "at noon": ["solar panels", "a drone over the coast", "engineers in a laboratory", "an exhibition with visitors", "a patrol boat on the sea", "a compass on a plinth", "a handshake close-up", "a robot arm in a factory hall", "jets above the clouds"],
        "in a storm": ["a patrol boat at sea", "a lighthouse on the coast", "a fleet at sea", "a harbour", "a city street", "a frigate", "a sailing yacht", "a helicopter in the sky", "an island"],
        "": ["an underwater vehicle over the seabed", "a submarine underwater", "a satellite above the earth", "abstract data network", "a map of light", "snow on a naval base", "fog over the harbour", "Морской рассвет", "水面上的小船"],
    }.items()
    for subject in subjects
]  # fmt: skip


def shot(prompt="a frigate at sea", camera="static", seed=7, width=320, height=180, count=1, slate=None):
    return list(
        frames(
            prompt, camera=camera, seed=seed, width=width, height=height, rate=RATE, count=count, slate=slate
        )
    )


@pytest.mark.parametrize(("camera", "prompt", "kind", "strength"), CAMERA_TABLE)
def test_camera_words(camera, prompt, kind, strength):
    assert parse_camera(camera, prompt) == CameraMove(kind, strength)


@pytest.mark.parametrize(
    ("prompt", "place"),
    [
        ("A frigate in open water", "sea"),
        ("Engineers in a lab above the sea", "laboratory"),
        ("A sonar room aboard a submarine", "control"),
        ("A robotic arm in a factory hall", "hangar"),
        ("Visitors in an exhibition hall", "hall"),
        ("A shipyard at dawn", "shipyard"),
        ("The harbour at night", "harbour"),
        ("A glider over the seabed", "underwater"),
        ("City waterfront", "city"),
        ("Close-up of a handshake", "plinth"),
    ],
)
def test_places(prompt, place):
    assert read_scene(prompt, 1).place == place


def test_words_are_whole_words():
    assert read_scene("a seasoned carpenter", 3).place != "sea"
    assert "aircraft" not in read_scene("an aircraft carrier", 3).subjects
    assert "boat" not in read_scene("a sailing boat", 3).subjects


def test_the_same_shot_is_the_same_bytes():
    first, second = (shot("a patrol boat in a storm", "orbit", count=3) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
    assert first[0].dtype == np.uint8 and first[0].flags.c_contiguous


@pytest.mark.parametrize("prompt", ["a frigate at sea at sunset", "a harbour in snow", "a lamp on a buoy"])
def test_threads_draw_the_same_frames_in_the_same_order(prompt):
    shape = {"seed": 7, "width": 320, "height": 180, "rate": RATE, "count": 9, "slate": None}
    alone, aside = (list(frames(prompt, camera="pan", threads=threads, **shape)) for threads in (1, 3))
    assert len({frame.tobytes() for frame in alone}) == 9
    assert np.array_equal(alone, aside)


def test_threads_move_over_a_still_alike(tmp_path):
    Image.fromarray(shot()[0]).save(tmp_path / "still.png")
    shape = {"camera": "push", "width": 320, "height": 180, "rate": RATE, "count": 9}
    alone, aside = (
        list(still_frames(tmp_path / "still.png", threads=threads, **shape)) for threads in (1, 3)
    )
    assert len({frame.tobytes() for frame in alone}) == 9
    assert np.array_equal(alone, aside)


def test_another_seed_is_another_composition():
    pictures = [shot(seed=seed)[0].astype(float) for seed in range(4)]
    for a, b in itertools.combinations(pictures, 2):
        assert np.abs(a - b).mean() > 5


def test_of_scenes_without_a_time_of_day_most_are_by_day_and_few_at_dusk():
    """As the weights say: a film of which no prompt tells the time is not all in one light."""
    times = Counter(read_scene(f"a lighthouse {number}", number).time for number in range(2000))
    shares = {time: count / 2000 for time, count in times.items()}
    assert shares == pytest.approx(
        {"day": 5 / 11, "sunset": 3 / 11, "dawn": 2 / 11, "dusk": 1 / 11}, abs=0.03
    )


def test_54_shots_look_different():
    assert len(PROMPTS) == 54
    small = []
    for number, prompt in enumerate(PROMPTS):
        picture = shot(prompt, seed=number, width=192, height=108)[0]
        lab = cv2.cvtColor(cv2.resize(picture, (32, 18), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2LAB)
        small.append(lab.astype(np.float32))
    # CIE 1976 differences over a blurred picture: 2.3 is just noticeable for two flat patches side by side.
    apart = [np.linalg.norm(a - b, axis=2).mean() for a, b in itertools.combinations(small, 2)]
    assert min(apart) > 5
    assert np.median(apart) > 25


def displacement(first, last):
    """Mean shift of the content in pixels, and its growth from the centre, by dense flow."""
    grey = [cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in (first, last)]
    flow = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM).calc(*grey, None)
    rows, columns = grey[0].shape
    x = np.arange(columns)[None, :] - columns / 2
    y = np.arange(rows)[:, None] - rows / 2
    edges = np.abs(cv2.Laplacian(cv2.GaussianBlur(grey[0], (0, 0), 1.5), cv2.CV_32F))
    seen = edges > np.percentile(edges, 90)
    growth = (flow[..., 0] * x + flow[..., 1] * y)[seen].sum() / (x**2 + y**2)[seen].sum()
    return float(np.median(flow[..., 0][seen])), float(np.median(flow[..., 1][seen])), float(growth)


@pytest.mark.parametrize(
    ("camera", "axis", "sign"),
    [
        ("pan right", 0, -1),
        ("pan left", 0, 1),
        ("track right", 0, -1),
        ("track left", 0, 1),
        ("tilt up", 1, 1),
        ("tilt down", 1, -1),
        ("crane up", 1, 1),
        ("crane down", 1, -1),
        ("push", 2, 1),
        ("pull", 2, -1),
    ],
)
def test_the_move_is_performed(camera, axis, sign):
    pictures = shot("a shipyard with cranes at noon", camera, count=25)
    moved = displacement(pictures[9], pictures[15])[axis]
    assert moved * sign > (0.004 if axis == 2 else 0.8)


def test_a_static_camera_stays():
    pictures = shot("mountains at noon under a clear sky", "static", count=25)
    across, down, growth = displacement(pictures[0], pictures[-1])
    assert abs(across) < 0.2 and abs(down) < 0.2 and abs(growth) < 0.002


def test_an_orbit_moves_near_against_far():
    pictures = shot("a shipyard with cranes at noon", "orbit", count=25)
    grey = [cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in (pictures[9], pictures[15])]
    flow = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM).calc(*grey, None)[..., 0]
    assert np.percentile(flow, 95) - np.percentile(flow, 5) > 1.5


@pytest.mark.parametrize("camera", ["slow pan right", "push", "crane up"])
def test_moves_are_smooth(camera, tmp_path):
    picture = tmp_path / "noise.png"
    rough = np.random.default_rng(1).integers(0, 255, (60, 90, 3), np.uint8)
    Image.fromarray(cv2.resize(rough, (900, 600), interpolation=cv2.INTER_CUBIC)).save(picture)
    every = list(still_frames(picture, camera=camera, width=320, height=180, rate=RATE, count=49))
    grey = [cv2.cvtColor(e, cv2.COLOR_RGB2GRAY)[20:116, 30:126] for e in every]
    ends = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 60, 1e-7)
    steps = []
    for first, second in itertools.pairwise(grey):
        _, warp = cv2.findTransformECC(
            first, second, np.eye(2, 3, dtype=np.float32), cv2.MOTION_AFFINE, ends, None, 3
        )
        steps.append(warp @ (48, 48, 1) - (48, 48))
    jerk = np.abs(np.diff(np.asarray(steps), axis=0))
    assert np.abs(np.asarray(steps)).max() > 0.1
    # The easing itself accelerates by 0.09 pixels a frame here; a jump of a fifth of a pixel would show.
    assert jerk.max() < 0.15


@pytest.mark.parametrize(("width", "height"), [(64, 64), (180, 320), (720, 300), (66, 400)])
@pytest.mark.parametrize("prompt", ["a frigate at sea in snow", "an exhibition hall", "a diver underwater"])
def test_every_size_and_shape(width, height, prompt):
    slate = Slate("r001", "wan2.2", Fraction(4))
    picture = shot(prompt, "push", width=width, height=height, count=2, slate=slate)[1]
    assert picture.shape == (height, width, 3)
    assert picture.std() > 6


@pytest.mark.parametrize(("width", "height"), [(320, 180), (1280, 720), (720, 1280)])
def test_the_slate_is_at_the_top_edge_and_whole(width, height):
    plain = shot(width=width, height=height)[0].astype(int)
    slated = shot(width=width, height=height, slate=Slate("r001", "wan2.2", Fraction(4)))[0].astype(int)
    changed = np.abs(plain - slated).max(axis=2)
    rows = np.flatnonzero(changed.any(axis=1))
    assert rows[0] == 0 and rows[-1] < height * 0.12
    letters = slated.min(axis=2)[: rows[-1] + 1] > 180
    columns = np.flatnonzero(letters.any(axis=0))
    assert columns[0] > 0 and columns[-1] < width * 0.97
    assert not letters[0].any() and not letters[-1].any()


def test_a_long_slate_fits():
    slate = Slate("r" * 32, "an engine with a long name", Fraction(125, 3))
    slated = shot(width=320, height=180, slate=slate)[0]
    assert (slated[:12].min(axis=2) > 150).any(axis=0)[-6:].sum() == 0


def test_gradients_do_not_band():
    sky = shot("clear sky at dusk over the desert", width=640, height=360)[0][20:110]
    # Every row of a dithered gradient mixes neighbouring levels; a band would be rows of one level.
    assert np.median([len(np.unique(row[:, 0])) for row in sky]) >= 4


@pytest.mark.parametrize("size", [(1, 1), (7, 5), (4000, 40), (40, 3000), (3000, 2000)])
def test_stills_of_any_size_fill_the_frame(tmp_path, size):
    picture = tmp_path / "still.png"
    Image.new("RGB", size, (200, 100, 50)).save(picture)
    every = list(still_frames(picture, camera="orbit", width=128, height=72, rate=RATE, count=3))
    assert all(np.abs(e.astype(int) - (200, 100, 50)).max() <= 1 and e.shape == (72, 128, 3) for e in every)


def test_stills_are_upright_and_transparency_is_black(tmp_path):
    image = Image.new("RGB", (160, 90), (255, 0, 0))
    image.paste((0, 0, 255), (0, 0, 160, 45))
    exif = image.getexif()
    exif[0x0112] = 3  # turned by half a circle
    image.save(tmp_path / "turned.jpg", exif=exif, quality=95)
    seen = next(
        still_frames(tmp_path / "turned.jpg", camera="static", width=160, height=90, rate=RATE, count=1)
    )
    assert seen[10, 80, 0] > 200 and seen[80, 80, 2] > 200
    Image.new("RGBA", (160, 90), (255, 255, 255, 0)).save(tmp_path / "clear.png")
    seen = next(still_frames(tmp_path / "clear.png", camera="push", width=160, height=90, rate=RATE, count=1))
    assert seen.max() == 0


@pytest.mark.parametrize("content", [None, b"", b"not a picture", b"\x89PNG\r\n\x1a\n broken"])
def test_unreadable_stills_say_so(tmp_path, content):
    picture = tmp_path / "picture.png"
    if content is not None:
        picture.write_bytes(content)
    with pytest.raises(MediaError, match=r"picture\.png"):
        next(still_frames(picture, camera="", width=64, height=64, rate=RATE, count=1))


@pytest.mark.parametrize("name", sorted(name for name, sample in SAMPLES.items() if sample.kind == "still"))
def test_sample_stills(tmp_path, name):
    make_sample(name, tmp_path / name)
    with Image.open(tmp_path / name) as picture:
        assert picture.size == (SAMPLES[name].width, SAMPLES[name].height)


@pytest.mark.parametrize(
    ("smaller", "count"),
    [({"seconds": Fraction(1)}, 25), ({"width": 96, "height": 54}, 250)],
    ids=["short", "small"],
)
def test_sample_footage(tmp_path, monkeypatch, smaller, count):
    """A second of it in its size, and the whole of it in a small one: all seconds are drawn alike."""
    sample = SAMPLES["sea-trial.mp4"]
    assert (sample.width, sample.height, sample.seconds) == (1280, 720, 10)
    made = replace(sample, **smaller)
    monkeypatch.setitem(SAMPLES, "sea-trial.mp4", made)
    make_sample("sea-trial.mp4", tmp_path / "sea-trial.mp4")
    with av.open(str(tmp_path / "sea-trial.mp4")) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height, stream.average_rate) == (made.width, made.height, 25)
        assert stream.codec_context.name == "h264" and stream.pix_fmt == "yuv420p"
        assert sum(1 for _ in container.decode(stream)) == count


def test_unknown_sample(tmp_path):
    with pytest.raises(MediaError, match="harbour"):
        make_sample("harbor.png", tmp_path / "x.png")


@pytest.mark.parametrize(
    ("prompt", "known", "words"),
    [
        ("A frigate leaves the harbour, mist", True, "A frigate leaves the harbour"),
        ("Marble fountain in a quiet square. Sea green palette.", False, "Marble fountain in a quiet square"),
        ("word " * 40, False, "word " * 13 + "word…"),
        ("", False, ""),
    ],
)
def test_a_prompt_of_which_nothing_is_known_is_told_in_its_words(prompt, known, words):
    assert is_understood(prompt) is known and first_words(prompt) == words
    shape = {
        "camera": "push",
        "seed": 7,
        "width": 320,
        "height": 180,
        "rate": RATE,
        "count": 1,
        "slate": None,
    }
    painted, shown = shot(prompt or "nothing", "push")[0], next(told_frames(prompt or "nothing", **shape))
    assert np.array_equal(painted, shown) is known


@pytest.mark.parametrize(
    ("prompt", "known"),
    [
        ("A patrol boat crosses a calm bay. Wide shot, crane up, golden light.", True),
        ("A rescue drone lifts off from a helicopter deck. Crane up.", True),
        ("Two technicians push an underwater vehicle through an exhibition hall.", True),
        ("In a busy harbour a crowd waves. Eye level, pan right.", True),
        ("Fog over the harbour at night", True),
        ("A welding robot works in a dark fabrication hall. Sparks.", True),
        ("A yellow glider sinks through clear water. Underwater side view.", True),
        # Whom it cannot draw, or not there, or not from so near.
        ("A sailor waves at his tablet in a snug cabin of the ship.", False),
        ("An elderly woman lights a lamp on a stage.", False),
        ("A fisherman mends a net. Close-up, warm light.", False),
        ("A trawler in a swell. Macro of its rope.", False),
        ("Spectators point out to sea.", False),
        ("A cook stirs soup beside a window over the harbour.", False),
        ("Rows of black cabinets in an underground hall.", False),
        ("In a ship's galley, an engineer laughs.", False),
        ("An aerial antenna on the roof of a trawler.", False),
        ("A wave-shaped glass on a table, light along its crest like surf.", False),
        ("The ribs of an old wreck rest on sand. Underwater wide shot.", False),
    ],
)
def test_a_panel_shows_what_the_prompt_is_about_or_its_words(prompt, known):
    assert is_understood(prompt) is known


@pytest.mark.parametrize(
    ("prompt", "place", "absent"),
    [
        ("A drone over the coast. Slow crane up, 28 mm lens.", "coast", "crane"),
        ("A ferry leaves a fjord-like inlet. Aerial, helicopter shot.", "sea", "helicopter"),
        ("An underwater robot rests in a hangar.", "hangar", "robot"),
        ("Visitors in an exhibition hall. Lens like a submarine periscope.", "hall", "submarine"),
    ],
)
def test_camera_lens_and_compounds_put_nothing_into_the_picture(prompt, place, absent):
    scene = read_scene(seen_of(prompt), 1)
    assert scene.place == place and absent not in scene.subjects


def test_a_slate_has_as_many_of_the_words_as_fit():
    slate = Slate("r001", "wan2.2", Fraction(4), words="a long walk along the quay")
    assert slate.fitting(99).endswith("|   a long walk along the quay")
    assert slate.fitting(30).endswith("…") and slate.fitting(1) == slate.text
    assert read_scene("a quiet room, sea green walls", 3).place != "sea"


def whole_lines(rows=70, columns=48, seed=1):
    """A premultiplied picture, float32 (rows, columns, 4), whose lower half hides all."""
    picture = np.random.default_rng(seed).random((rows, columns, 4), dtype=np.float32)
    picture[rows // 2 :, :, 3] = 1
    return picture


def test_a_mask_paints_as_by_the_formula():
    sheet = Sheet(64, 36)
    mask = np.random.default_rng(2).random((sheet.rows, sheet.columns), dtype=np.float32)
    whole = (slice(None), slice(None))
    for colour in ((0.3, 0.5, 0.9), np.random.default_rng(3).random((sheet.rows, 1, 3), dtype=np.float32)):
        plane, cover = Plane(whole_lines(sheet.rows, sheet.columns), 1.0), mask[..., None]
        expected = plane.pixels * (1 - cover)
        expected[..., :3] += cover * np.asarray(colour, np.float32)
        expected[..., 3] += mask
        lay(plane, whole, mask, colour)
        assert np.array_equal(plane.pixels, expected)


@pytest.mark.parametrize("pulse", [0.0, 0.4])
def test_a_plane_is_laid_as_by_the_formula_and_its_pulse_is_that_of_its_light(pulse):
    art = Art(Sheet(48, 70), read_scene("the sea", 1), np.random.default_rng(1))
    art.planes.append(Plane(whole_lines(), 1.0, pulse=pulse))
    view = panel._View(art, CameraMove("static"), 48, 70)
    frame, above = whole_lines(seed=4), whole_lines()
    expected = frame.copy()
    if pulse:
        above[..., :3] *= 1 - pulse * (0.5 + 0.5 * math.sin(math.tau * 1.3 / 5))
    expected = expected * (1 - above[..., 3:]) + above
    view._lay(frame, art.planes[0], np.float64([[1, 0, 0], [0, 1, 0]]), 1.3)
    assert np.array_equal(frame, expected)


@pytest.mark.parametrize("kind", ["snow", "rain", "bubbles", "sparks", "motes"])
def test_what_falls_is_added_where_it_is_as_by_the_formula(kind, monkeypatch):
    masks = []
    draw = getattr(Falling, f"_{kind}")
    monkeypatch.setattr(Falling, f"_{kind}", lambda self, mask, t: (draw(self, mask, t), masks.append(mask)))
    colour, frame = (0.9, 0.7, 0.3), whole_lines()
    expected = frame.copy()
    Falling(Fall(kind, 40, colour), 3, 48, 70).paint(frame, 1.3)
    light = masks[0].astype(np.float32) * np.float32(1 / 255)
    assert light.any()
    expected += np.stack([light * np.float32(ink) for ink in (*colour, 1.0)], axis=2)
    assert np.array_equal(frame, expected)


def test_the_slate_lies_over_frames_as_by_the_formula():
    letters, cover = (np.random.default_rng(seed).random((9, 48), dtype=np.float32) for seed in (5, 6))
    strip, colours = Strip(letters * cover, cover), whole_lines()
    every = np.tile(np.arange(256, dtype=np.uint8), 70 * 48 * 3 // 256 + 1)[: 70 * 48 * 3].reshape(70, 48, 3)
    ink, clear = (letters * cover)[..., None], (1 - cover)[..., None]
    expected, lit = every.copy(), colours.copy()
    expected[:9] = np.rint(every[:9].astype(np.float32) * clear + 255 * ink).astype(np.uint8)
    lit[:9, :, :3] = lit[:9, :, :3] * clear + ink
    strip.over_light(colours)
    assert np.array_equal(strip.over(every.copy()), expected) and np.array_equal(colours, lit)
