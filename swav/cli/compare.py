"""``swav compare r012``: how like a lossy take is to the exact one, or any two takes to each other."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from swav.cli.options import AsJson, Gpus, Overrides, settings, shot_named, storyboard_among
from swav.cli.screen import print_json
from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.cut.takes import take_path
from swav.engines import engines
from swav.errors import SwavError
from swav.reel.building import snakefile
from swav.reel.comparing import compared, in_words, is_lossy, likeness_path
from swav.reel.workflow import Reel, read_reel
from swav.review.exact_takes import exact_seconds
from swav.review.forecast import crew_of
from swav.shown import shown

_KEY = re.compile(r"[0-9a-f]{4,12}")


def compare(
    words: Annotated[
        list[str],
        typer.Argument(metavar="SHOT | TAKE TAKE [STORYBOARD]", help="A shot, or two takes: files or keys."),
    ],
    config: Overrides = None,
    gpus: Gpus = None,
    only_plan: Annotated[bool, typer.Option("--plan", help="Say what it would cost, and stop.")] = False,
    as_json: AsJson = False,
) -> None:
    """SSIM and PSNR of a shot's lossy take against the exact one, which is rendered by a build of that file.

    What was rendered before is not rendered again. Two takes, by files or keys, are compared as they are.
    """
    storyboard, named = storyboard_among(words)
    reel = read_reel(settings(config, storyboard), gpus)
    if len(named) == 2:
        first, second = (_take(reel.cut, word) for word in named)
        _tell(compared(first, second), as_json, *(take.name for take in (first, second)))
        return
    if len(named) != 1:
        raise SwavError("name a shot, such as: swav compare r012, or two takes")
    shot = _shot(reel.cut, named[0])
    target = Path(likeness_path(reel.cut, shot))
    if not target.exists():
        print(_cost(reel, shot, gpus), file=sys.stderr)
        if only_plan:
            return
        _build(reel, target, storyboard, config or [], gpus)
    said = json.loads(target.read_text(encoding="utf-8"))
    _tell(said, as_json, f"{shot.id}, {' and '.join(said['lossy'])}", "the exact take")


def _shot(cut: Cut, name: str) -> CutShot:
    """The shot, which is lossy."""
    shot = shot_named(cut, name)
    if not is_lossy(shot):
        how = "is exact" if engines()[shot.engine].gpu else f"is shown by {shot.engine}, which is exact"
        raise SwavError(f"{name} {how}; give it `lossy:`, or compare two takes: swav compare TAKE TAKE")
    return shot


def _take(cut: Cut, word: str) -> Path:
    """A take, by its file or by the beginning of its key."""
    if Path(word).is_file():
        return Path(word)
    folder = take_path(cut.build, "x").parent
    found = sorted(folder.glob(f"{word}*.mp4")) if _KEY.fullmatch(word) else []
    if len(found) != 1:
        many = "more than one take begins so" if found else "there is no such take"
        raise SwavError(f"{shown(word)}: {many}; name files of {folder}, which swav takes SHOT lists")
    return found[0]


def _cost(reel: Reel, shot: CutShot, gpus: int | None) -> str:
    """What the comparison will cost, in a sentence."""
    seconds = exact_seconds(reel.cut, shot, crew_of(reel.config, reel.claim))
    about = "a time that nobody can foretell" if seconds is None else f"about {seconds / 60:.1f} minutes"
    there = "" if Path(shot.clip).exists() else ", and its own take, which is not made yet"
    return f"{shot.id}: the exact take is rendered for it unless it is there: {about}{there}"


def _build(reel: Reel, target: Path, storyboard: Path | None, config: list[str], gpus: int | None) -> None:
    """Let Snakemake make the file."""
    cards = gpus or max(1, len(reel.claim.cards))
    command = [sys.executable, "-P", "-m", "snakemake", "-s", str(snakefile()), str(target)]
    command += ["--resources", f"gpu={cards}"]
    given = [*config, *([f"storyboard={storyboard}"] if storyboard else [])]
    done = subprocess.run([*command, *(["--config", *given] if given else [])], stdout=sys.stderr)
    if done.returncode or not target.exists():
        raise SwavError("the comparison was not made; see above. Type the same again to go on")


def _tell(said: dict[str, Any], as_json: bool, first: str, second: str) -> None:
    if as_json:
        print_json(said)
    else:
        print("\n".join(in_words(said, first, second)))
