"""Who sits here, for what is signed with a name among colleagues: it is no login."""

import getpass
import subprocess


def who() -> str:
    """Who sits here: as git knows them, or by their login."""
    try:
        name = subprocess.run(
            ["git", "config", "user.name"], capture_output=True, text=True, timeout=5
        ).stdout
    except (OSError, subprocess.SubprocessError):
        name = ""
    try:
        return name.strip() or getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
