"""A build that lets another one run, from start to end, when it has decided what to do and has done nothing.

``python other_build_first.py OTHER ARGUMENT...`` is ``snakemake ARGUMENT...``; ``OTHER`` is a command of the
shell. It says of every output that is there before a job is prepared, and is not afterwards.
"""

import subprocess
import sys
from pathlib import Path

from snakemake.cli import main
from snakemake.jobs import Job
from snakemake.scheduling.job_scheduler import JobScheduler

schedule, prepare = JobScheduler.schedule, Job.prepare


def after_the_other(self):
    subprocess.run(sys.argv[1], shell=True, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return schedule(self)


async def watched(self):
    there = [file for file in self.output if Path(file).exists()]
    await prepare(self)
    for file in there:
        if not Path(file).exists():
            print(f"taken away: {file}", file=sys.stderr)


JobScheduler.schedule, Job.prepare = after_the_other, watched
main(sys.argv[2:])
