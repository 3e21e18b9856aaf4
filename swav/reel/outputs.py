"""What a job makes stays where it is until something whole takes its name: another build may be reading it.

Snakemake removes a job's outputs before the job begins, and again when it fails, as a program may have left
half of a file there. Ours never do: a file gets its name when it is whole (``swav.files.replacing``), and the
name says what it holds. Two builds may share a build folder; what the one removed, the other would miss.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from swav.cut.inputs import made, made_with
from swav.cut.model import Cut
from swav.hashes import HashList, damaged_files


def keep_outputs() -> None:
    """Let Snakemake remove nothing that a job makes; a job's own log is begun anew.

    Snakemake has no setting for it; the methods that are replaced are watched by a test.
    """
    from snakemake.jobs import Job

    async def remove_log(job: Any) -> None:
        for file in job.log:
            await file.remove(remove_non_empty_dir=False)

    async def remove_nothing(job: Any, skip_outputs: Any) -> None:
        pass

    Job.remove_existing_output = remove_log
    Job.cleanup = remove_nothing


def how_to_make(workflow: Any) -> list[str]:
    """``--anew`` where jobs make what is there, too: the user said so (``-F``, ``-f``, ``-R``), or cannot be
    asked, as in a Snakemake that runs single jobs for another one. It is not known before jobs are.
    """
    asked = workflow.dag_settings
    forced = asked and (asked.forceall or asked.forcetargets or asked.forcerun)
    return ["--anew"] if forced or not workflow.is_main_process else []


def only_what_is_missing(workflow: Any) -> bool:
    """Whether a run makes files that are missing, and has no question about those that are there.

    Then a job that made one need not say what from, and Snakemake looks at no job before it: what follows
    from a file that is there is the same, since every input is ``ancient``. A view (``--summary``,
    ``--report``) asks about all, and so does who wants files made anew, or dated, or names rules.
    """
    asked = workflow.dag_settings
    if asked is None or workflow.executor_plugin is None or workflow.scheduler is not None:
        return False  # nothing is run here, or all was: a report after the run
    chooses = (asked.forceall, asked.forcetargets, asked.forcerun, asked.until, asked.omit_from, asked.batch)
    by_dates_alone = {str(getattr(trigger, "name", trigger)).lower() for trigger in asked.rerun_triggers} <= {
        "mtime"
    }
    return workflow.is_main_process and by_dates_alone and not workflow.touch and not any(chooses)


def there_already(cut: Cut, targets: Iterable[Path]) -> bool:
    """Whether another build has made, whole, all that a job would make since this build looked last."""
    files = {file for target in targets for file in made_with(cut, str(target))}
    if not all(Path(file).is_file() for file in files) or not files.issubset(made(cut)):
        return False
    return not damaged_files(files, HashList(cut.build))
