"""``swav report``: what was found of every shot, of the narration and of the reel, in one table."""

from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from swav.cli.options import AsJson, Overrides, Storyboard, settings
from swav.cli.screen import print_json, say
from swav.cli.takes import STYLES
from swav.cut.model import Cut
from swav.reel.verdict_files import admission_of
from swav.reel.workflow import read_reel
from swav.review.licences import licences
from swav.review.notices import waiting
from swav.review.verdicts import ShotReport, remarks
from swav.review.verdicts import report as report_of
from swav.storyboard.findings import gathered


def report(storyboard: Storyboard = None, config: Overrides = None, as_json: AsJson = False) -> None:
    """Show the verdict on each shot, its narration and the reel. Builds nothing."""
    reel = read_reel(settings(config, storyboard))
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
        print_json(plain)
        return
    console = Console()
    console.print(table(cut.title, shots))
    say(console, [*gathered(reel.loaded.notices), *cut.stand_ins, *waiting(cut), *licences(cut)])
    say(console, _of_the_reel(cut, admission))


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
    if admission is None and not Path(cut.reel).exists():
        return ["The reel is not built yet."]
    if admission is None:
        return ["The reel is not judged yet: a build does that when it is joined."]
    found = admission["reel"]["findings"]
    width = max((len(finding["status"]) for finding in found), default=0)
    said = [f"{finding['status']:<{width}}  {finding['sentence']}" for finding in found]
    if not admission["admitted"]:
        said += ["The reel is refused:", *admission["refusals"], f"The reel as it would be: {cut.reel}"]
    return [*said, f"Stems: {cut.sound.stems.rpartition('/')[0]}"]
