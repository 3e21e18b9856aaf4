"""A small output of everything that has a recipe number: ``python tests/recipe_outputs.py`` writes them down.

Most of them come from one tiny reel. Pictures are kept as means of blocks, sounds as their level every 50 ms,
measurements as rounded numbers: such values do not depend on the processor or on a library's build by more
than ``alike`` allows, and a change that is seen or heard is larger.
"""

import json
import math
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import chdir
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import av
import in_process
import numpy as np
import soundfile
import yaml
from places import DATA

from swav import recipes
from swav.engines import animatic, card, footage, plugins, still
from swav.music.players import plugins as players
from swav.reel.workflow import Reel
from swav.speech.voices import plugins as voices

GOLDEN = DATA / "recipes.json"
NEAR = 2.0
"""Of 255 levels of brightness, or dB: how far a coarse value may lie from the one that was written down."""

BOARD = {
    "title": "Recipes",
    "size": "128x72",
    "fps": 8,
    "engine": "animatic",
    "voice": {"engine": "espeak"},
    "on_fail": "warn",  # the robot is misheard
    "music": {"engine": "sampled", "prompt": "calm piano"},
    "shots": [
        {
            "id": "a",
            "prompt": "a harbour at dawn, one boat, slow push in",
            "prepare": False,
            "duration": 1,
            "overlay": {"text": "First light", "style": "title"},
            "transition": {"type": "fade", "duration": 0.25},
        },
        {"id": "b", "card": {"title": "Noon"}, "duration": 2, "narration": "The boats go out."},
        {"id": "c", "still": {"file": "ramp.png"}, "camera": "pan right", "duration": 1},
        {"id": "d", "footage": {"file": "ramp.mkv", "in": 0, "out": 1}, "duration": 1},
    ],
}
WRITTEN = "INS Vikrant, 45,000 t, sailed on 12 November 2025 at 0600 hours & 18 kn."


def numbers() -> dict[str, int]:
    """All recipe numbers, by name."""
    own = {name.lower(): value for name, value in vars(recipes).items() if name.isupper()}
    for module in (animatic, card, footage, still):
        own[f"engine {module.ENGINE.name}"] = module.RECIPE
    own |= {f"voice {voice.name}": voice.recipe for voice in voices().usable.values()}
    own |= {f"player {player.name}": player.recipe for player in players().usable.values()}
    from swav.engines.wan22 import service
    from swav.programs import musicgen

    return own | {"engine wan2.2": service.RECIPE, "program musicgen": musicgen.RECIPE}


MADE_OF = {
    "overlay": (),
    "segment": ("engine animatic", "overlay"),
    "transition": ("engine animatic", "engine card", "overlay"),
    "narration": ("voice espeak",),
    "music": ("player sampled",),
    "player sampled": ("music",),
    "voice espeak": ("narration",),
    "voice piper": ("narration",),
    "voice kokoro": ("narration",),
    "stems": ("narration", "voice espeak", "music", "player sampled"),
    "recognition": ("narration", "voice espeak"),
    "captions": ("recognition", "narration", "voice espeak"),
    "take_measurement": ("engine animatic",),
    "stills": ("engine still", "engine footage", "engine card", "engine animatic"),
}
"""From what else an output is made: where such a number was raised, another output is no surprise."""
MADE_OF["mix"] = ("stems", *MADE_OF["stems"])
MADE_OF["one_shot"] = ("segment", "engine card", "mix", *MADE_OF["mix"])
MADE_OF["reel_measurement"] = MADE_OF["reel"] = (
    *(
        "segment",
        "transition",
        "captions",
        "engine still",
        "engine footage",
        "engine card",
        "engine animatic",
    ),
    *("overlay", "mix", *MADE_OF["mix"], "recognition"),
)
MADE_OF["admission"] = ("verdict", "take_measurement", "reel_measurement", *MADE_OF["reel"])


def outputs(folder: Path) -> dict[str, Any]:
    """What is made now, by the name of its recipe, as plain data."""
    reel = _built(folder)
    with chdir(folder):
        return {name: json.loads(json.dumps(make(reel))) for name, make in _MAKERS.items()}


def stored() -> dict[str, Any]:
    return json.loads(GOLDEN.read_text(encoding="utf-8"))


def state(name: str, made: Any, known: Mapping[str, Any], now: Mapping[str, int]) -> str:
    """What is wrong with a recipe: empty where output and numbers are those that were written down."""
    wanted = {part: now[part] for part in (name, *MADE_OF.get(name, ()))}
    if not known:
        return f"{name} is not written down; python tests/recipe_outputs.py does it"
    if known["numbers"] != wanted:
        return f"{name} was written down under other numbers; python tests/recipe_outputs.py does it anew"
    if not alike(made, known["output"]):
        return (
            f"what {name} makes has changed and its number has not: raise the number (files are made anew), "
            "or undo the change"
        )
    return ""


def alike(one: Any, other: Any) -> bool:
    """Whether two outputs are the same, as far as another processor may tell."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=0.03, abs_tol=NEAR if max(abs(one), abs(other)) > 9 else 0.05)
    return one == other


def refresh() -> int:
    """Write down what is made now, unless it changed under the same number; the exit status."""
    with TemporaryDirectory() as folder:
        made = outputs(Path(folder))
    now, known = numbers(), stored() if GOLDEN.exists() else {}
    faults = [state(name, made[name], known.get(name, {}), now) for name in made]
    refused = [fault for fault in faults if "its number has not" in fault]
    print("\n".join(refused) or f"{sum(map(bool, faults))} written down anew")
    if refused:
        return 1
    lines = [
        json.dumps(name)
        + ": "
        + json.dumps(
            {
                "numbers": {part: now[part] for part in (name, *MADE_OF.get(name, ()))},
                # Kept as it was where nothing but rounding is different.
                "output": known[name]["output"] if not fault else made[name],
            },
            ensure_ascii=False,
        )
        for name, fault in zip(made, faults, strict=True)
    ]
    GOLDEN.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    return 0


# --- how outputs are made


def _built(folder: Path) -> Reel:
    ramp = np.add.outer(np.arange(90), np.arange(160))[..., None] * np.array([0.4, 0.8, 1.0])
    pictures = [np.uint8(np.clip(ramp * (1 + number / 16), 0, 255)) for number in range(8)]
    from PIL import Image

    Image.fromarray(pictures[0]).save(folder / "ramp.png")
    with av.open(str(folder / "ramp.mkv"), "w") as film:
        stream = film.add_stream("ffv1", rate=8, width=160, height=90, pix_fmt="yuv420p")
        for picture in pictures:
            film.mux(stream.encode(av.VideoFrame.from_ndarray(picture)))
        film.mux(stream.encode())
    (folder / "board.yaml").write_text(yaml.safe_dump(BOARD))
    (folder / "config.yaml").write_text(yaml.safe_dump({"storyboard": "board.yaml"}))
    return in_process.build(folder)[0]


def _picture(file: str | Path) -> list[float]:
    """Means of 16 x 9 blocks, red, green and blue, of the frame in the middle of a film, or of a picture."""
    with av.open(str(file)) as film:
        frames = [frame.to_ndarray(format="rgba") for frame in film.decode(video=0)]
    frame = frames[len(frames) // 2].astype(float)
    blocks = frame[:72, :128].reshape(9, 8, 16, 8, 4).mean(axis=(1, 3))
    return [10.0 + round(value, 1) for value in blocks.ravel()]  # 10: so that all are compared by NEAR


def _sound(file: str | Path) -> list[float]:
    """The level of every 50 ms in dB above -60, and 10."""
    samples, rate = soundfile.read(file, always_2d=True)
    step = rate // 20
    blocks = samples[: len(samples) // step * step].reshape(-1, step * samples.shape[1])
    levels = 10 * np.log10(np.mean(blocks**2, axis=1) + 1e-12)
    return [10.0 + round(max(0.0, 60 + float(level)), 1) for level in levels]


def _shot(reel: Reel, name: str):
    return next(shot for shot in reel.cut.shots if shot.id == name)


def _json(file: str | Path) -> Any:
    return json.loads(Path(file).read_text(encoding="utf-8"))


def _rounded(value: Any) -> Any:
    """Measured numbers, with what names files and versions left out."""
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items() if key not in ("recipe", "signature")}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return float(f"{value:.3g}") if isinstance(value, float) else value


def _choice(reel: Reel) -> Any:
    from swav.quality.limits import Limits
    from swav.quality.selection import select

    takes = [SimpleNamespace(number=number, key=f"{number}") for number in (1, 2, 3)]
    good = {"form": {"faults": []}, "gates": []}
    seen = {"1": {"form": {"faults": ["short"]}, "gates": []}, "2": good, "3": good}
    found = []
    for known in ({}, {"1": seen["1"]}, seen, {**seen, "2": seen["1"], "3": seen["1"]}):
        for pinned, fallback in ((False, False), (True, False), (False, True)):
            told = select(takes, known.get, Limits(), pinned=pinned, fallback=fallback)
            chosen, wanted = told.chosen and told.chosen.take.number, told.wanted and told.wanted.number
            found.append([chosen, wanted, told.fallback])
    return found


def _narration(reel: Reel) -> Any:
    from swav.speech import finish, said, voice_for

    tone = np.sin(np.arange(22050) * 0.1).astype(np.float32) * np.hanning(22050).astype(np.float32)
    finish.write(np.pad(tone, 4000), 22050, Path("tone.wav"))
    lexicon = {"INS Vikrant": "I N S Vik-raant"}
    lines = [
        said(WRITTEN, voice_for(name, "en", None), speed=1, seed=0, lexicon=lexicon).text
        for name in ("espeak", "xtts")
    ]
    return {"words": lines, "finished": _sound("tone.wav")}


def _figures(reel: Reel) -> Any:
    from swav.speech.figures import in_words, legible

    said = [legible(f"२५ ٢٥ 25 {'9' * 16}", code) for code in ("hi", "ne", "de")]
    return [*said, in_words("₹450 करोड़, 15/08/1947, 9:30", "hi"), in_words("15. listopadu, 2025", "cs")]


def _reel(reel: Reel) -> Any:
    with av.open(reel.cut.reel) as film:
        streams = [f"{stream.type} {stream.language}" for stream in film.streams]
        chapters = [[chapter["start"], chapter["end"], chapter["metadata"]] for chapter in film.chapters()]
        count = sum(1 for _ in film.decode(video=0))
        told = {key: value for key, value in film.metadata.items() if key in ("title", "description")}
    return {"streams": streams, "chapters": chapters, "frames": count, "told": told}


def _segment_measured(reel: Reel) -> Any:
    from swav.media.writer import ClipWriter
    from swav.quality.segment import measure_segment

    rough = np.random.default_rng(2).integers(0, 255, (64, 160, 3), np.uint8)
    with ClipWriter("held.mp4", width=96, height=64, rate=Fraction(12), metadata={}) as clip:
        for number in range(25):
            shown = 2 * number // 3
            clip.write(rough[:, shown : shown + 96])
    return measure_segment(Path("held.mp4"))["held"]


def _motion(reel: Reel) -> Any:
    """What is made of a square that travels before a ramp while the light goes down; and across a cut."""
    from swav.motion.makers import MAKERS

    rough = np.random.default_rng(1).integers(0, 40, (72, 128))
    ramp = 60 + np.add.outer(np.arange(72), np.arange(128)) / 2 + rough
    lumas = [ramp.copy(), 0.9 * ramp, np.roll(ramp[::-1], 40, axis=1)[:, ::-1]]
    for luma, left in zip(lumas, (30, 42, 90), strict=True):
        luma[20:52, left : left + 32] += 70 + rough[20:52, :32]
    grey = np.full((36, 64), 128, np.uint8)
    pictures = [(np.uint8(np.clip(luma, 0, 255)), grey, grey) for luma in lumas]
    made = [
        maker(first, second, [Fraction(1, 3)])[0][0]
        for maker in MAKERS.values()
        for first, second in pairwise(pictures)
    ]
    return [10.0 + round(value, 1) for luma in made for value in _blocks(luma)]


def _blocks(luma: np.ndarray) -> list[float]:
    return [float(value) for value in luma.reshape(9, 8, 16, 8).mean(axis=(1, 3)).ravel()]


def _one_shot(reel: Reel) -> Any:
    from swav.reel.one_shot import make_shot

    target = Path("one/b.mp4")
    make_shot(reel.cut, _shot(reel, "b"), target)
    with av.open(str(target)) as film:
        streams = [f"{stream.type} {stream.frames}" for stream in film.streams]
    return {"streams": streams, "picture": _picture(target)}


def _look(reel: Reel) -> Any:
    from swav.storyboard.look import look

    Path("torn.png").write_bytes(Path("ramp.png").read_bytes()[:200])
    soundfile.write("second.wav", np.full(8000, 0.1), 8000)
    uses = (("ramp.png", "still"), ("torn.png", "still"), ("ramp.mkv", "film"), ("second.wav", "sound"))
    return [str(look(Path(file), use)) for file, use in uses]


def _environment(reel: Reel) -> Any:
    from swav.environments.mend import mend

    for name in ("torch/lib/libtorch.so", "torchaudio/lib/libtorchaudio.so", "torchaudio/lib/other.so"):
        Path("site", name).parent.mkdir(parents=True, exist_ok=True)
        Path("site", name).touch()
    told = {name: mend(name, Path("site")) for name in ("xtts", "musicgen")}
    return {"told": told, "left": sorted(file.name for file in Path("site").rglob("*.so"))}


def _length(engine: str) -> Callable[[Reel], Any]:
    """What a neural voice is given, and how long it speaks: its samples differ between processors."""

    def made(reel: Reel) -> Any:
        from swav.speech import said, voice_for
        from swav.speech.voices import voice_engine
        from swav.speech.voices.kokoro.phonemes import sentences

        line = said("Sea at 9:30.", voice_for(engine, "en", None), speed=1, seed=0)
        samples, rate = voice_engine(engine).synthesise(line)
        told = [line.text, sentences(line.text, "en-us"), int(rate)]
        return [*told, 10 + 10 * round(len(samples) / rate, 1)]

    return made


def _xtts(reel: Reel) -> Any:
    from swav.speech.voices import voice_engine

    xtts = voice_engine("xtts")
    texts = {"en": WRITTEN, "hi": "₹450 करोड़, 15/08/1947", "cs": "15. listopadu", "de": "Am 3. Mai um 9:30"}
    return {code: xtts.words(text, code) for code, text in texts.items()}


def _windows(reel: Reel) -> Any:
    from dataclasses import asdict

    from swav.programs.musicgen import chained, windows

    planned = list(windows([(0, "dawn"), (900, "noon")], 2000, 1500, 750, 250))
    return [*map(asdict, planned), *chained(planned, {"model": "m", "seed": 1})]


def _wan(reel: Reel) -> Any:
    """What the model is asked for, the noise that it begins with and its steps; the model is not here."""
    from swav.engines.wan22.sampling import Sampling, noise, scheduler_for
    from swav.engines.wan22.text import clean

    asked = plugins().get("wan2.2", "engine").recipe(_shot(reel, "a").request, "m")
    begins = 10 + 10 * noise(64, 64, 5, 7).flatten()[:64]
    steps = [float(step) for step in scheduler_for(Sampling(steps=8)).timesteps]
    plain = json.loads(json.dumps(asked, default=str))
    return [_rounded(plain), [round(float(value), 1) for value in begins], steps, clean("a &amp;  b")]


def _captions(reel: Reel) -> Any:
    """The words and their breaks; times to a tenth of a second, as a recogniser's differ."""
    from swav.titles.captions import Line, cues, write_srt, write_vtt

    long = (
        "The boats go out at dawn, and <b>nobody</b> on the quay knows when they will come home again. " * 2
    )
    found = cues(
        [Line(long, Fraction(1), Fraction(12)), Line("जहाज", Fraction(12), Fraction(13), (), "hi")], "en"
    )
    write_srt(found, Path("lines.srt"))
    write_vtt(found, Path("lines.vtt"))
    return [Path("lines.srt").read_text(encoding="utf-8"), Path("lines.vtt").read_text(encoding="utf-8")]


def _heard(reel: Reel) -> Any:
    """The form of the file, not what was heard."""
    return [sorted(line) for line in _json(reel.cut.sound.heard).values()]


def _recognition(reel: Reel) -> Any:
    (line,) = _json(reel.cut.sound.heard).values()
    return [[word["text"] for word in line["words"]], [10 + float(word["end"]) for word in line["words"]]]


def _verdict(reel: Reel) -> Any:
    """What each gate says of the numbers that a take may have."""
    from swav.quality.judge import judge
    from swav.quality.limits import Limits
    from swav.quality.verdict import PICTURE

    found = []
    for value in (0.0, 0.02, 0.2, 1.0, 5.0, 50.0):
        numbers = {
            gate: defaultdict(lambda: 1.0, value=value, frames=[3], stretches=[])
            for gate in PICTURE
            if gate != "form"
        }
        verdict = judge({"form": {"faults": []}, "gates": list(PICTURE), **numbers}, Limits())
        found.append([verdict.status, *(f"{finding.gate} {finding.status}" for finding in verdict.findings)])
    return found


def _statuses(verdict: Any) -> Any:
    """Gates and what they say; their sentences and numbers are not in it."""
    if isinstance(verdict, dict):
        kept = ("gate", "status", "admitted", "findings", "shots", "speech", "reel", "refusals", "lines")
        return {key: _statuses(item) for key, item in verdict.items() if key in (*kept, "a", "b", "c", "d")}
    return [_statuses(item) for item in verdict] if isinstance(verdict, list) else verdict


def _take_measured(reel: Reel) -> Any:
    from swav.quality.measure import measure
    from swav.quality.verdict import PICTURE, Expected

    gates = tuple(gate for gate in PICTURE if gate not in ("lettering", "adherence"))
    expected = Expected(width=128, height=72, rate=Fraction(8), frames=8, gates=gates)
    return _rounded(measure(Path(_shot(reel, "a").clip), expected))


def _line_measured(reel: Reel) -> Any:
    """Of a tone with a pause, what was heard of it in no, some and all of its words."""
    from swav.quality.speech import measure_line, measure_words

    words = [{"text": word, "start": "0", "end": "1", "confidence": 1.0} for word in ("a", "grey", "ship")]
    texts = ("A grey ship.", "A gray ship, late.", "Nobody.")
    rates = [10 + measure_words({"model": "", "words": words}, text, {})["words"] for text in texts]
    return _rounded(measure_line(Path("tone.wav"))), rates


def _reel_measured(reel: Reel) -> Any:
    from swav.quality.reel import measure_reel

    return _rounded(measure_reel(Path(reel.cut.reel), Path(reel.cut.sound.captions)))


def _clip(name: str) -> Callable[[Reel], Any]:
    return lambda reel: _picture(_shot(reel, name).clip)


def _picture_measured(reel: Reel) -> Any:
    from swav.quality.picture import measure_picture

    return _rounded(measure_picture(Path("ramp.png"), (160, 90), prompt="a ramp of light", designed=False))


def _stills(reel: Reel) -> Any:
    from PIL import Image

    from swav.reel.stills import make_stills

    sheet = Path("stills/sheet.png")
    sheet.parent.mkdir()
    make_stills(reel.cut, sheet, sheet.with_suffix(".pdf"))
    with Image.open(sheet) as drawn:
        blocks = np.asarray(drawn.convert("RGB").resize((32, 18), Image.Resampling.BOX), float)
    return [10.0 + round(value / 4, 1) for value in blocks.ravel()]  # paper is bright: a quarter, for NEAR


_MAKERS: dict[str, Callable[[Reel], Any]] = {
    "choice": _choice,
    "narration": _narration,
    "figures": _figures,
    "overlay": lambda reel: _picture(_shot(reel, "a").overlays[0].path),
    "motion": _motion,
    "segment": lambda reel: _picture(_shot(reel, "a").segment),
    "transition": lambda reel: _picture(_shot(reel, "a").passage.path),
    "music": lambda reel: _sound(reel.cut.sound.beds[0]),
    "stems": lambda reel: {
        file.name: _sound(file) for file in sorted(Path(reel.cut.sound.stems).parent.glob("*.wav"))
    },
    "mix": lambda reel: _sound(reel.cut.sound.mix),
    "recognition": _recognition,
    "heard": _heard,
    "captions": _captions,
    "reel": _reel,
    "take_measurement": _take_measured,
    "segment_measurement": _segment_measured,
    "picture_measurement": _picture_measured,
    "stills": _stills,
    "line_measurement": _line_measured,
    "reel_measurement": _reel_measured,
    "verdict": _verdict,
    "admission": lambda reel: _statuses(_json(reel.cut.judging.admission)),
    "one_shot": _one_shot,
    "look": _look,
    "environment": _environment,
    "engine animatic": _clip("a"),
    "engine card": _clip("b"),
    "engine still": _clip("c"),
    "engine footage": _clip("d"),
    "engine wan2.2": _wan,
    "voice espeak": lambda reel: _sound(_shot(reel, "b").narration.path),
    "voice piper": _length("piper"),
    "voice kokoro": _length("kokoro"),
    "voice xtts": _xtts,
    "player sampled": lambda reel: _sound(reel.cut.sound.beds[0]),
    "program musicgen": _windows,
}
UNTRIED = {
    "burned": "its frames, sound and letters are read from the file in tests/cut/test_burn.py",
    "master": "its codecs, frames and loudness are read from the file in tests/reel/test_versions.py",
    "recorded_line": "what comes of a recording is its own sound, brought to the loudness of speech",
    "continuation": "a frame is chosen by its distance from others: tests/reel/test_continuation.py",
    "finish": "what a network makes of a picture is held in tests/upscaling/test_upscaling.py",
    "early": "looks are measured and put in order in tests/reel/test_early_looks.py",
    "provenance": "what a manifest holds is looked at in tests/provenance; the library names each anew",
    "player musicgen": "its sound is the program's; its key covers the program's windows",
}
"""Recipes without an output here, and why."""

if __name__ == "__main__":
    sys.exit(refresh())
