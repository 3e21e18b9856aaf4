"""``swav report``: what was found of every shot, of the narration and of the reel, in one table."""

import json
from dataclasses import asdict

from rich.console import Console
from rich.table import Table
from rich.text import Text

from swav.cli.options import AsJson, Overrides, configuration
from swav.cli.takes import STYLES
from swav.config import Config
from swav.cut.model import Cut
from swav.reel.workflow import read_reel
from swav.review.licences import licences
from swav.review.verdicts import ShotReport, admission_of, remarks
from swav.review.verdicts import report as report_of


def report(config: Overrides = None, as_json: AsJson = False) -> None:
    """Show the verdict on each shot, its narration and the reel. Builds nothing."""
    reel = read_reel(Config.read(configuration(config)))
    cut = reel.cut
    shots, admission = report_of(cut), admission_of(cut)
    if as_json:
        plain = {
            "shots": [asdict(shot) for shot in shots],
            "admission": admission,
            "remarks": remarks(cut),
            "stand_ins": list(cut.stand_ins),
            "licences": licences(cut),
            "notices": list(map(str, reel.loaded.notices)),
        }
        print(json.dumps(plain, indent=1, ensure_ascii=False))
        return
    console = Console()
    console.print(table(cut.title, shots))
    said = [*_of_the_reel(cut, admission), *licences(cut), *cut.stand_ins, *map(str, reel.loaded.notices)]
    for line in said:
        console.print(Text(line), soft_wrap=True)


def table(title: str, shots: list[ShotReport]) -> Table:
    """The report as a table."""
    drawn = Table(
        title=Text(title), title_justify="left", header_style="bold", box=None, padding=(0, 2, 0, 0)
    )
    for name in ("shot", "engine", "take", "picture", "speech"):
        drawn.add_column(name, no_wrap=True)
    drawn.add_column("found", overflow="fold")
    for shot in shots:
        taken = (
            "" if shot.take is None else f"{shot.take} of {shot.takes}" if shot.takes > 1 else str(shot.take)
        )
        said = [shot.said, f"narration: {shot.speech_said}" if shot.speech_said else ""]
        drawn.add_row(
            Text(shot.shot),
            shot.engine,
            taken,
            Text(shot.status, style=STYLES.get(shot.status, "dim")),
            Text(shot.speech, style=STYLES.get(shot.speech, "dim")),
            Text("\n".join(filter(None, said))),
        )
    return drawn


def _of_the_reel(cut: Cut, admission: dict | None) -> list[str]:
    if admission is None:
        return ["The reel is not admitted yet: it is not built, or a verdict that stops it stands above."]
    return [f"{finding['status']:<4}  {finding['sentence']}" for finding in admission["reel"]["findings"]] + [
        f"Stems: {cut.sound.stems.rpartition('/')[0]}"
    ]
