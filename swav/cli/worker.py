"""``swav worker``: which models are on the cards between builds, and their end."""

import typer

from swav.cli.options import AsJson
from swav.cli.screen import print_json
from swav.render import staying
from swav.render.worker_register import Worker
from swav.review.wording import counted

app = typer.Typer(no_args_is_help=False, rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def worker(context: typer.Context, as_json: AsJson = False) -> None:
    """List the models that builds of yours left on the cards of this machine, ready for the next shot."""
    if context.invoked_subcommand:
        return
    found = staying.living()
    if as_json:
        print_json([_plain(each) for each in found])
        return
    for line in staying.sentences(found) or ["No model is on a card."]:
        print(line)


@app.command("stop")
def stop() -> None:
    """End those that have no work, so that their cards are free. What is being rendered goes on."""
    ended, busy = staying.stop_idle()
    print(f"{counted(len(ended), 'worker')} ended." if ended else "No model waits on a card.")
    for line in staying.sentences(busy):
        print(f"{line}; it stays: stop its build with Ctrl-C")


def _plain(found: Worker) -> dict:
    return {
        "engine": found.engine,
        "cards": list(found.cards),
        "build": found.build,
        "log": found.log,
        "leaves_at": staying.leaves_at(found),
    }
