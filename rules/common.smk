# The reel is read once; every rule asks it for names. A Snakemake that runs one job for another one, on a node, makes
# what that one submitted; so does one in an allocation of a farm. All that is decided here is what happens to bad
# input, and how a rule's words reach a job: as a list that `:q` quotes word by word, so that no path is read by a shell.
import os
import sys
from pathlib import Path

from swav.reel import lean, lean_choice, lean_graph, lean_values

lean.keep_all()
lean_values.put_off_methods()

from swav.config import laid_over
from swav import faults
from swav.cut import paths
from swav.cut.paths import burned_target
from swav.errors import SwavError
from swav.farm.obeying import is_farmed, opened
from swav.farm.session import end_workers
from swav.helper.hiring import Helper
from swav.reel import (
    again,
    building,
    burned,
    call_sheet,
    folders,
    likely,
    read_only,
    stamp,
)
from swav.reel.call_sheet import call_sheet_of
from swav.reel.claims import (
    cap_gpus,
    check_resource_names,
    deploys_conda,
    drawing_threads,
    encoder_threads,
    gpu_limit,
    only_on_the_cluster,
    typed_words,
)
from swav.render import staying
from swav.handoff.stamped import is_of
from swav.reel.films import open_films
from swav.reel.loads import SOUND
from swav.reel.outputs import how_to_make, keep_outputs, only_what_is_missing
from swav.review import pending
from swav.review.notices import notices
from swav.review.runtime import UNKNOWN, asked_minutes
from swav.review.verdicts import remarks

try:
    keep_outputs()
    if workflow.is_main_process:
        lean.spare_unseen(workflow)
        lean_graph.spare_graph()
        lean_choice.choose_among_few()
        check_resource_names(workflow)
    if read_only.is_read_only(str(config.get("build", "build"))):
        read_only.keep_notes_elsewhere()
    noticed = folders.notices(Path.cwd())
    decided_here = workflow.is_main_process and not is_farmed()
    threads = {
        "encoder": encoder_threads(workflow),
        "drawing": drawing_threads(workflow),
    }
    if decided_here:
        reel = open_films(
            laid_over(config, typed_words(workflow)), gpu_limit=gpu_limit(workflow)
        )
        sheet = call_sheet_of(reel, reel.main.config.cards, threads)
    elif workflow.is_main_process:
        sheet, reel = opened(gpu_limit(workflow), threads)
    else:
        sheet = call_sheet.submitted()
        reel = sheet.obeyed()
    if workflow.is_main_process:
        os.environ[call_sheet.VARIABLE] = sheet.path
        workflow.register_envvars(call_sheet.VARIABLE)
except SwavError as error:
    sys.exit(str(error))
except OSError as error:
    sys.exit(faults.sentence(error, folder=str(config.get("build", "build"))))

if decided_here:
    said = dict.fromkeys(line for film in reel.all for line in notices(film))
    for line in [*noticed, *said]:
        print(line, file=sys.stderr)
    pending.tell(reel)
    building.hear_interrupts()
    cap_gpus(workflow, reel.claim)
if workflow.is_main_process:
    staying.promise(reel.keep_warm)
    reel.leave_out(lambda: only_what_is_missing(workflow))

MINUTES = asked_minutes(reel)
CONDA = deploys_conda(workflow)
ENCODER = sheet.threads["encoder"]
helper = Helper(wanted=workflow.is_main_process, likely=likely.MODULES)
if decided_here and not (reel.written or workflow.output_settings.dryrun):
    if any(film.stale for film in reel.all):
        # Something will be made: it imports while Snakemake reads the rules. Where that is only looked at, it
        # leaves with this process.
        helper.start()
DRAWING = sheet.threads["drawing"]
SCRIPTS = Path(workflow.basedir) / "scripts"


def script(name, *options):
    """A rule's command up to what its wildcards decide; a function, because Snakemake fills wildcards into words.

    It asks for ``output``, as in all that follows, because Snakemake writes down no parameter that is derived from
    that: an interpreter, a cut or a helper that is another today decides no content, and --summary must not say so.
    """
    words = [sys.executable, str(SCRIPTS / f"{name}.py"), *options]
    return lambda wildcards, output: words


def step(name, made):
    """The command of a step that makes a file, with the cut that holds it: ``made`` is the pattern of its path."""
    cut = reel.made_by(made)
    return lambda wildcards, output: script(
        name, f"--cut={cut(wildcards)}", *how_to_make(workflow)
    )(wildcards, output)


def of_machine(value):
    """A parameter that says what this machine has, and decides no content; see ``script``."""
    return lambda wildcards, output: value(wildcards) if callable(value) else value


def quick(command):
    """That command in a fork of the helper: for jobs that have neither cards nor other programs to look after."""
    return lambda wildcards, output: helper.words(command(wildcards, output))


def over(stay=False):
    """Tidy up after a build, and say what is to be known of it; workers may `stay` for the next one, and do
    where this one goes on by itself."""
    building.done(reel.cut.build)
    helper.stop()
    if again.goes_on():
        return
    workers = end_workers(reel.cut.build, stay=stay)
    said = dict.fromkeys(line for film in reel.all for line in remarks(film.cut))
    for line in [*workers, *said]:
        print(line, file=sys.stderr)


def hand_off_cut(wildcards):
    """The cut, dated after a hand-off of another."""
    target = Path(f"final.{wildcards.form}")
    if is_of(reel.main.cut.key, target):
        return ancient(reel.main.cut_path)
    if not reel.main.written:
        stamp.date_after(Path(reel.main.cut_path), target)
    return reel.main.cut_path


wildcard_constraints:
    shot="[A-Za-z][A-Za-z0-9_]*",
    key="[0-9a-f]{12}",
