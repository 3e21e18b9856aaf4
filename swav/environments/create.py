"""Make an engine's environment: a virtual environment, what its lock says, and proof that it works.

The pip beside swav installs, as ``pip --python`` does, or where there is none (uv makes environments without)
one that is put in; with its user's own configuration (indexes, mirrors, proxies, cache), or from a folder of
wheels where there is no network. The marker is written last, so that what was interrupted is made anew; a
lock on a file beside the folder lets a second process wait for the first.
"""

import json
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from swav.environments import Environment
from swav.environments.announce import Announcer
from swav.environments.mend import mend
from swav.environments.process import child, surroundings
from swav.environments.reasons import why_pip_failed
from swav.errors import EngineError
from swav.files import write_text
from swav.locks import lock

REQUIREMENTS = "requirements.txt"
"""What pip is given: the lock as it was read, whatever happens to the file meanwhile."""
_IMPORTING = """
import importlib, json, sys
from importlib.metadata import distributions
for module in sys.argv[1:]:
    importlib.import_module(module)
print(json.dumps({found.name: found.version for found in distributions()}))
"""


def make_environment(environment: Environment, wheels: Path | None) -> None:
    """Make the environment of an engine, saying how far it is on standard error: a rule's job."""
    create(
        environment,
        wheels=wheels,
        say=lambda sentence: print(f"{environment.name}: {sentence}", file=sys.stderr, flush=True),
    )


def create(
    environment: Environment,
    *,
    wheels: Path | None = None,
    say: Callable[[str], None] = lambda sentence: None,
) -> None:
    """Make an environment, if it is not there already.

    With ``wheels``, a folder, nothing is fetched. ``say`` is called with a sentence now and then.
    Raises EngineError with what is wrong and what to do, and then leaves nothing but a log.
    """
    if environment.ready:
        return
    if wheels is not None and not Path(wheels).is_dir():
        raise EngineError(f"{wheels} is no folder; give the one that holds the wheels")
    environment.folder.parent.mkdir(parents=True, exist_ok=True)
    with _alone(environment, say) as held:
        if environment.ready:  # another process made it meanwhile
            return
        try:
            _clear(environment.folder)
            with _log_of(environment).open("wb") as log:
                _make(_Workshop(environment, wheels and Path(wheels), say, log, held))
        except BaseException:
            _clear(environment.folder)
            raise
        _log_of(environment).unlink()


@contextmanager
def _alone(environment: Environment, say: Callable[[str], None]) -> Iterator[int]:
    """Let nobody else make this environment meanwhile; a descriptor that keeps it so while a child has it."""
    path = environment.folder.with_name(f".{environment.folder.name}.lock")
    held = lock(path, wait=False)
    if held is None:
        say("waiting for another process that makes the same environment")
        held = lock(path, wait=True)
    with held:
        yield held.fileno()


def _clear(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _log_of(environment: Environment) -> Path:
    return environment.folder.with_name(f"{environment.folder.name}.log")


@dataclass(frozen=True)
class _Workshop:
    """What the steps of making an environment share."""

    environment: Environment
    wheels: Path | None
    say: Callable[[str], None]
    log: IO[bytes]
    held: int
    """Descriptor of the lock. Children have it too: a pip that outlives us still keeps others out."""

    @cached_property
    def borrowed(self) -> Path | None:
        """The script that runs our pip in another Python, which sees nothing else of ours; None without pip.

        It is what ``pip --python`` starts, since pip 22.3; the process between, which would neither hand the
        lock on nor take its child along when it is killed, is left out. Putting a pip into each environment
        costs 4 s of processor time.
        """
        pip = find_spec("pip")
        runner = pip and pip.origin and Path(pip.origin).with_name("__pip-runner__.py")
        return runner if runner and runner.is_file() else None

    @property
    def pip(self) -> tuple[str | Path, ...]:
        """The command that is pip in the environment."""
        return (self.environment.python, *([self.borrowed] if self.borrowed else ["-m", "pip"]))

    def run(self, *command: str | Path, hear: Callable[[str], None] = lambda line: None) -> tuple[int, str]:
        """Run a command; its exit status and what it said, which goes to the log as well."""
        began = self.log.tell()
        env = surroundings()
        with child(command, env=env, stderr=self.log, keep_open=(self.held,)) as process:
            for line in process.stdout:
                self.log.write(line.encode())
                self.log.flush()
                hear(line)
        self.log.seek(0, 2)
        text = Path(self.log.name).read_bytes()[began:].decode("utf-8", "replace")
        return process.returncode, text

    def failed(self, reason: str) -> EngineError:
        return EngineError(f"the environment {self.environment.name} could not be made: {reason}")


def _make(shop: _Workshop) -> None:
    """The steps, in order; the marker is the last."""
    began = time.monotonic()
    _virtual_environment(shop)
    _install(shop)
    _check(shop)
    for sentence in mend(shop.environment.name, shop.environment.site_packages):
        shop.say(sentence)
    versions = _import(shop)
    folder = shop.environment.folder
    made = {
        "environment": shop.environment.name,
        "fingerprint": shop.environment.fingerprint,
        "versions": dict(sorted(versions.items())),
        "bytes": sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()),
        "seconds": round(time.monotonic() - began, 1),
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    write_text(shop.environment.marker, json.dumps(made, indent=1) + "\n")
    shop.say(f"ready after {made['seconds']:.0f} s: {len(versions)} packages, {made['bytes'] / 1e9:.1f} GB")


def _virtual_environment(shop: _Workshop) -> None:
    without = ["--without-pip"] if shop.borrowed else []
    status, said = shop.run(sys.executable, "-m", "venv", *without, shop.environment.folder)
    if status and "ensurepip" in said:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise shop.failed(
            "this Python cannot make virtual environments with pip; "
            f"install what it lacks, on Debian and Ubuntu with: apt install python{version}-venv"
        )
    if status:
        raise shop.failed(_last_line(said))


def _install(shop: _Workshop) -> None:
    asked = shop.environment.folder / REQUIREMENTS
    asked.write_text("\n".join(shop.environment.lock.requirements) + "\n", encoding="utf-8")
    # Bytecode is compiled when a module is first imported: most of these packages' modules never are.
    command = [*shop.pip, "install", "--no-compile", "--no-input"]
    command += ["--disable-pip-version-check", "--progress-bar", "off", "-r", asked]
    if shop.wheels:
        command += ["--no-index", "--find-links", shop.wheels]
    announcer = Announcer(shop.say, len(shop.environment.lock.requirements))
    status, said = shop.run(*command, hear=announcer.hear)
    if status:
        raise shop.failed(
            why_pip_failed(said, shop.environment.lock.file, shop.wheels, _log_of(shop.environment))
        )


def _check(shop: _Workshop) -> None:
    shop.say("checking")
    status, said = shop.run(*shop.pip, "check", "--disable-pip-version-check")
    if status:
        raise shop.failed(
            f"{said.splitlines()[0].rstrip('.')}; "
            f"look for no-deps in what `pip config list` prints, then mend {shop.environment.lock.file}"
        )


def _import(shop: _Workshop) -> dict[str, str]:
    """The import test of the lock; the versions of all that is installed."""
    modules = shop.environment.lock.imports
    status, said = shop.run(shop.environment.python, "-c", _IMPORTING, *modules)
    if status:
        raise shop.failed(
            f"what was installed cannot be imported ({_last_line(said)}); "
            f"all that was said is in {_log_of(shop.environment)}"
        )
    return json.loads(next(line for line in reversed(said.splitlines()) if line.startswith("{")))


def _last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason was given"
