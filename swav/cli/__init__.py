"""The ``swav`` command: what stands beside ``snakemake`` for looking, checking and tidying up."""

import sys

import typer

from swav.cli import check, collect, doctor, models, new, plan, prompts, report, takes
from swav.errors import InputError, SwavError
from swav.plugins import sentences

app = typer.Typer(
    help="make for reels: look at, check and tidy up what `snakemake final.mp4` builds.",
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
app.command("takes")(takes.takes)
app.command("report")(report.report)
app.command("doctor")(doctor.doctor)
app.command("gc")(collect.collect)
app.add_typer(models.app, name="models")


def main() -> None:
    """Run the command; what is wrong with the input is said in one sentence a fault, without a traceback."""
    try:
        app()
    except InputError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    except SwavError as error:
        print(f"swav: {error}", file=sys.stderr)
        sys.exit(1)
    finally:
        for sentence in sentences():
            print(f"swav: {sentence}", file=sys.stderr)
