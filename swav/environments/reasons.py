"""Why pip failed, in one sentence with the command that mends it."""

import platform
import re
import sys
from pathlib import Path

_UNREACHABLE = re.compile(
    r"NewConnectionError|ConnectTimeoutError|ConnectionRefused|NameResolutionError|ProxyError|"
    r"Failed to establish a new connection|Temporary failure in name resolution|Network is unreachable|"
    r"Connection to \S+ timed out|Max retries exceeded|ReadTimeoutError|SSLError"
)
_ERROR = re.compile(r"^ERROR: (?:Exception:|(.+))$", re.MULTILINE)
_LACKING = re.compile(r"No matching distribution found for (\S+)")
_NO_VERSIONS = "(from versions: none)"  # pip is silent about an index that it cannot reach
_VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"


def wheels_command(lock: Path) -> str:
    """What fills a folder of wheels, in a folder that holds the lock, where there is a network.

    ``pip wheel`` and not ``pip download``: packages that come as source are built there, because their build
    tools could not be fetched here.
    """
    return f"python{_VERSION} -m pip wheel --wheel-dir wheels --requirement {lock.name}"


def why_pip_failed(said: str, lock: Path, wheels: Path | None, log: Path) -> str:
    """The reason, from all that pip printed."""
    lacking = _LACKING.search(said)
    if wheels and lacking:
        return f"{wheels} holds no wheel of {lacking[1]} for {_machine()}; {_fill(lock)}"
    if lacking and _NO_VERSIONS in said:
        return f"pip reaches no index that has {lacking[1]}; where there is no network, {_fill(lock)}"
    if _UNREACHABLE.search(said):
        return f"the network broke off; try again, and where there is none, {_fill(lock)}"
    if "No space left on device" in said:
        return f"the disk of {log.parent} is full; make room, or set SWAV_ENVIRONMENTS to a folder elsewhere"
    if lacking:
        return f"pip finds no {lacking[1]} for {_machine()}; use a Python that the lock {lock} is made for"
    errors = [match for match in _ERROR.findall(said) if match]
    reason = errors[-1].rstrip(".") if errors else "pip gave no reason"
    return f"{reason}; all that pip said is in {log}"


def _fill(lock: Path) -> str:
    return (
        f"copy {lock} to a machine with a network and {_machine()}, run there `{wheels_command(lock)}`, "
        f"bring the folder wheels here, and run `swav doctor --make {lock.stem} --wheels wheels`"
    )


def _machine() -> str:
    return f"Python {_VERSION} on Linux {platform.machine()}"
