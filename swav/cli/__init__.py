"""The ``swav`` command: what stands beside ``snakemake`` for looking, checking and tidying up."""

import sys
from typing import Annotated

import typer

from swav import __version__, faults
from swav.cli import (
    approve,
    changes,
    check,
    collect,
    compare,
    conform,
    doctor,
    farm,
    models,
    new,
    notes,
    plan,
    prompts,
    provenance,
    report,
    review,
    shot_list,
    takes,
    verify,
    worker,
)
from swav.cli.options import spread
from swav.cli.screen import speak_any_script
from swav.errors import InputError, SwavError
from swav.plugins import sentences


def _say_version(wanted: bool) -> None:
    if wanted:
        print(f"swav {__version__}")
        raise typer.Exit


app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("new")(new.new)
app.command("check")(check.check)
app.command("schema")(check.print_schema)
app.command("prompts")(prompts.prompts)
app.command("plan")(plan.plan)
app.command("farm")(farm.farm)
app.command("takes")(takes.takes)
app.command("compare")(compare.compare)
app.command("approve")(approve.approve)
app.command("report")(report.report)
app.command("review")(review.review)
app.command("notes")(notes.notes)
app.command("import")(shot_list.import_)
app.command("export")(shot_list.export)
app.command("conform")(conform.conform)
app.command("provenance")(provenance.provenance)
app.command("doctor")(doctor.doctor)
app.command("changes")(changes.changes)
app.command("gc")(collect.collect)
app.command("verify")(verify.verify)
app.add_typer(models.app, name="models")
app.add_typer(worker.app, name="worker")


@app.callback()
def common(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and exit.", callback=_say_version, is_eager=True),
    ] = False,
) -> None:
    """make for reels: look at, check and tidy up what `snakemake final.mp4` builds."""


def main() -> None:
    """Run the command; what is wrong with the input is said in one sentence a fault, without a traceback."""
    speak_any_script()
    try:
        app(args=spread(sys.argv[1:]))
    except InputError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    except SwavError as error:
        print(f"swav: {error}", file=sys.stderr)
        sys.exit(1)
    except (OSError, MemoryError) as error:
        print(f"swav: {faults.sentence(error)}", file=sys.stderr)
        sys.exit(1)
    finally:
        for sentence in sentences():
            print(f"swav: {sentence}", file=sys.stderr)
