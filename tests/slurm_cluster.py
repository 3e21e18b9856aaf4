"""A real Slurm on this machine, for tests: a controller and nodes of pretended GPUs, all in one folder.

No systemd, no database, no file outside the folder. Daemons are ended as the processes that were started
here. Each node lives in a mount namespace: its ``/dev`` holds devices of four cards that no driver stands
behind (opening one gives ENXIO, or EPERM where the job's control group refuses it), and its ``/etc/slurm``
this Slurm's configuration. A job ends with all that it started, and sees the cards that it was given,
numbered from 0, as on a cluster in production. Needs root, slurm-wlm and munge.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from swav.locks import lock

PROGRAMS = ("slurmctld", "slurmd", "munged", "sbatch", "unshare")
CARDS = 4
PATIENCE = 180.0
"""Seconds: far more than anything takes, since other tests may run beside."""
GROUPS = Path("/sys/fs/cgroup")
_MAJOR = 242
"""Of the devices: for local use (Documentation/admin-guide/devices.txt)."""

SLURM = """
ClusterName=here
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmctldPort={port}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/state/%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/%n.pid
ProctrackType=proctrack/cgroup
TaskPlugin=task/cgroup
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,bf_interval=2,batch_sched_delay=1,sched_min_interval=100000
ReturnToService=2
SlurmdTimeout=120
SlurmdParameters=config_overrides
KillWait=5
MinJobAge=3600
MpiDefault=none
SwitchType=switch/none
GresTypes=gpu
DefMemPerCPU=500
JobAcctGatherType=jobacct_gather/none
{nodes}
PartitionName=film Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""
NODE = "NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=8 RealMemory=12000 Gres=gpu:4"
GROUP = """
CgroupAutomount=no
CgroupPlugin=cgroup/v1
ConstrainCores=no
ConstrainRAMSpace=no
ConstrainDevices=yes
"""
START = """
set -e
mount --make-rprivate /
mount -t tmpfs none {dev}
for name in null zero full random urandom tty; do touch {dev}/$name; mount --bind /dev/$name {dev}/$name; done
mkdir {dev}/shm {dev}/pts
mount --bind /dev/shm {dev}/shm; mount --bind /dev/pts {dev}/pts
ln -s /proc/self/fd {dev}/fd
for number in 0 1 2 3; do mknod {dev}/nvidia$number c {major} $(({first} + number)); done
mount --rbind {dev} /dev
mount --bind {etc} /etc/slurm
exec slurmd -N {name} -f {etc}/slurm.conf -L {log} -D
"""


def why_not() -> str:
    """Why no Slurm can be brought up here; empty where it can."""
    if missing := [program for program in PROGRAMS if shutil.which(program) is None]:
        return (
            f"no Slurm here ({', '.join(missing)}): apt-get install --no-install-recommends slurm-wlm munge"
        )
    if os.getuid() != 0:
        return "only root can start Slurm's daemons"
    if not (GROUPS / "devices").is_dir() or not (GROUPS / "freezer").is_dir():
        return "no control groups of version 1 here, by which this Slurm ends jobs and deals cards"
    if not os.access(GROUPS / "devices", os.W_OK) or not os.access(GROUPS / "freezer", os.W_OK):
        return "the control groups here can only be read"
    if not _may("unshare", "--mount", "true") or not _may(
        "mknod", "-m", "600", "{device}", "c", str(_MAJOR), "0"
    ):
        return "a container may neither mount nor make devices here"
    return ""


def _may(*words: str) -> bool:
    """Whether a command that makes nothing that stays is allowed here."""
    with tempfile.TemporaryDirectory() as folder:
        given = [word.format(device=Path(folder, "device")) for word in words]
        return subprocess.run(given, capture_output=True).returncode == 0


class SlurmCluster:
    """One controller and some nodes, from ``up`` to ``down``."""

    def __init__(self, folder: Path, nodes: int = 2):
        self.folder, self.etc = folder, folder / "etc"
        self.names = [f"n{number}" for number in range(1, nodes + 1)]
        self._daemons: dict[str, subprocess.Popen] = {}

    def __enter__(self) -> "SlurmCluster":
        self._alone = lock(Path(tempfile.gettempdir(), "slurm-here.lock"), wait=True)
        try:
            self.up()
        except BaseException:
            self.down()
            raise
        return self

    def __exit__(self, *_) -> None:
        self.down()

    def up(self) -> None:
        """Start all daemons; returns when every node can take jobs."""
        for name in ("etc", "state", "munge", *(f"dev-{name}" for name in self.names)):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "munge").chmod(0o700)
        self._configure()
        self._start_munge()
        self._start("slurmctld", ["slurmctld", "-f", self.etc / "slurm.conf", "-D"])
        for name in self.names:
            self.node_up(name)
        until(lambda: all(map(self.is_idle, self.names)), self)

    def _configure(self) -> None:
        host = socket.gethostname().partition(".")[0]
        ports = _free_ports(1 + len(self.names))
        nodes = [
            NODE.format(name=name, host=host, port=port)
            for name, port in zip(self.names, ports[1:], strict=True)
        ]
        cards = "".join(f"NodeName={name} Name=gpu File=/dev/nvidia[0-3]\n" for name in self.names)
        slurm = SLURM.format(host=host, port=ports[0], folder=self.folder, nodes="\n".join(nodes))
        for name, text in (("slurm", slurm), ("gres", cards), ("cgroup", GROUP)):
            (self.etc / f"{name}.conf").write_text(text)

    def _start_munge(self) -> None:
        key = self.folder / "munge/key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o400)
        at = self.folder
        words = ["munged", "--force", "--foreground", f"--socket={at}/munge.socket", f"--key-file={key}"]
        words += [f"--pid-file={at}/munged.pid", f"--log-file={at}/munge.log", f"--seed-file={at}/munge/seed"]
        self._start("munged", words)
        until(lambda: (at / "munge.socket").exists(), self)

    def node_up(self, name: str) -> None:
        """Start a node."""
        first = CARDS * self.names.index(name)
        script = START.format(
            name=name,
            dev=self.folder / f"dev-{name}",
            etc=self.etc,
            log=self.folder / f"{name}.log",
            major=_MAJOR,
            first=first,
        )
        self._start(name, ["unshare", "--mount", "bash", "-c", script])

    def node_down(self, name: str) -> None:
        """Kill a node, as if its plug were pulled: its daemon, and all processes of its jobs.

        Slurm is told, as by a cluster's own watch: it would wait two minutes for a slow node.
        """
        self._daemons.pop(name).kill()
        for _ in range(3):  # a process may start another one meanwhile
            for process in self._processes(name):
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
        self.control("update", f"NodeName={name}", "State=DOWN", "Reason=killed")

    def _processes(self, name: str) -> set[int]:
        """Processes of a node's jobs, and the managers of their steps, which lie outside of their groups."""
        found = set()
        for file in (GROUPS / "freezer" / f"slurm_{name}").rglob("cgroup.procs"):
            with suppress(OSError):
                found.update(map(int, file.read_text().split()))
        jobs = self._ask("squeue", "-h", "-w", name, "-o", "%A").split()
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with suppress(OSError):
                    words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    if words.startswith("slurmstepd: [") and words[13:].partition(".")[0] in jobs:
                        found.add(int(entry.name))
        return found

    def down(self) -> None:
        """End all jobs, then the daemons that were started here."""
        with suppress(subprocess.SubprocessError):
            self._ask("scancel", "--state=PENDING,RUNNING", "--signal=KILL", "--full")
            self._ask("scancel", "--state=PENDING,RUNNING")
            ends = time.monotonic() + 10
            while self._ask("squeue", "-h", "-t", "RUNNING,COMPLETING") and time.monotonic() < ends:
                time.sleep(0.2)
        for daemon in reversed(self._daemons.values()):
            daemon.terminate()
            with suppress(subprocess.TimeoutExpired):
                daemon.wait(5)
            daemon.kill()
            daemon.wait()
        self._daemons.clear()
        self._alone.close()

    # --- jobs

    def environment(self, **more: str) -> dict[str, str]:
        """In which the commands of this Slurm are understood."""
        return {**os.environ, "SLURM_CONF": str(self.etc / "slurm.conf"), **more}

    def submit(self, folder: Path, words: str, *options: str, **environment: str) -> int:
        """Submit a line of shell to be run in a folder; the job's number. Its words go into ``job-N.log``."""
        asked = ["sbatch", "--parsable", f"--chdir={folder}", f"--output={folder}/job-%j.log", *options]
        done = subprocess.run(
            asked,
            input=f"#!/bin/bash\n{words}\n",
            env=self.environment(**environment),
            capture_output=True,
            text=True,
            check=True,
        )
        return int(done.stdout)

    def state(self, job: int) -> str:
        """What Slurm says of a job, such as ``RUNNING`` or ``COMPLETED``."""
        return self._ask("squeue", "-h", "-t", "all", "-j", str(job), "-o", "%T").strip()

    def wait(self, *jobs: int, seconds: float = 2 * PATIENCE) -> None:
        """Wait until jobs have ended well."""
        for job in jobs:
            until(
                lambda job=job: self.state(job) not in ("", "PENDING", "RUNNING", "COMPLETING"), self, seconds
            )
            assert self.state(job) == "COMPLETED", (job, self.state(job), self.logs())

    def is_idle(self, node: str) -> bool:
        """Whether a node can take jobs."""
        return self._ask("sinfo", "-h", "-n", node, "-o", "%T").strip() == "idle"

    def signal(self, job: int, name: str) -> None:
        """Send a signal to a job's script, as ``#SBATCH --signal=B:NAME@...`` does."""
        self._ask("scancel", "--batch", f"--signal={name}", str(job))

    def control(self, *words: str) -> str:
        """What ``scontrol`` says."""
        return self._ask("scontrol", *words)

    def logs(self) -> str:
        """The last lines of all daemons."""
        said = []
        for file in sorted(self.folder.glob("*.log")):
            said += [f"== {file.name}", *file.read_text(errors="replace").splitlines()[-8:]]
        return "\n".join(said)

    def _ask(self, *words: str) -> str:
        return subprocess.run(
            words, env=self.environment(), capture_output=True, text=True, timeout=30
        ).stdout

    def _start(self, name: str, words: list) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self._daemons[name] = subprocess.Popen(
                list(map(str, words)),
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )


def until(condition, cluster: SlurmCluster, seconds: float = PATIENCE) -> None:
    """Wait for something that a Slurm is about to do."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, cluster.logs()
        time.sleep(0.1)


def _free_ports(count: int) -> list[int]:
    """Ports of the loopback interface that nobody listens on."""
    doors = [socket.socket() for _ in range(count)]
    try:
        for door in doors:
            door.bind(("127.0.0.1", 0))
        return [door.getsockname()[1] for door in doors]
    finally:
        for door in doors:
            door.close()
