"""The one way to run ffmpeg: imageio-ffmpeg's binary, quiet, never orphaned, its errors in a sentence."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Literal, Protocol

from swav.errors import MediaError
from swav.lifeline import die_with

OLDEST_VERSION = 7  # the graphs here use options that older ffmpeg lacks (scale's reset_sar, for one)

# Said by ffmpeg after the line that gives the reason, and no reason themselves.
_AFTERTHOUGHTS = re.compile(
    r"Conversion failed|Error opening (input|output) files?\b|Error (submitting|sending|while opening)|"
    r"Error parsing (a )?filter|Could not open encoder|Terminating thread|Task finished with error|"
    r"Nothing was written|Exiting|Error : "
)
_SPEAKER = re.compile(r"^(\[[^\]]*@ 0x[0-9a-f]+\]\s*)+")


Says = Literal["error", "info"]
"""Of ffmpeg: complaints alone, or what its meters report too."""


class Graph(Protocol):
    """What typed-ffmpeg's ``output`` returns: it knows its own command line."""

    def compile(self) -> list[str]: ...


@cache
def binary() -> str:
    """Path of imageio-ffmpeg's ffmpeg. Raises MediaError if it is missing or older than 7."""
    import imageio_ffmpeg

    if not os.environ.get("IMAGEIO_FFMPEG_EXE") and (bundled := _bundled(imageio_ffmpeg.__file__)):
        return bundled
    try:
        path = imageio_ffmpeg.get_ffmpeg_exe()
        banner = subprocess.run([path, "-version"], capture_output=True, text=True, check=True).stdout
    except (RuntimeError, OSError, subprocess.CalledProcessError) as error:
        raise _cannot_start(error) from None
    version = re.match(r"ffmpeg version n?(\d+)", banner)
    if version and int(version[1]) < OLDEST_VERSION:
        raise MediaError(
            f"{path} is ffmpeg {version[1]}, and {OLDEST_VERSION} or newer is needed; "
            "upgrade imageio-ffmpeg, and unset IMAGEIO_FFMPEG_EXE if it is set"
        )
    return path


def _cannot_start(error: Exception) -> MediaError:
    return MediaError(f"ffmpeg cannot be started ({error}); reinstall the package imageio-ffmpeg")


def _bundled(package: str) -> str | None:
    """The program in imageio-ffmpeg's wheel, whose name says its version: where that is recent enough, no job
    of a build starts it to ask."""
    for file in Path(package).parent.glob("binaries/ffmpeg-*"):
        version = re.search(r"-v(\d+)\.", file.name)
        if version and int(version[1]) >= OLDEST_VERSION and os.access(file, os.X_OK):
            return str(file)
    return None


def location(path: str | Path) -> str:
    """``path`` as ffmpeg and PyAV must be told it, so that a colon in a name is no protocol."""
    return f"file:{path}"


def run(work: Graph | Sequence[str], *, what: str) -> None:
    """Run ffmpeg on a typed-ffmpeg output, or on plain arguments (without the program's name).

    ``what`` says what is being done, for the error: "encoding r001.mp4". An existing output is overwritten,
    so give a partial file (``swav.files.replacing``). If this process dies, however it dies, ffmpeg dies too.
    Raises MediaError with ffmpeg's reason.
    """
    arguments = list(work) if isinstance(work, Sequence) else work.compile()[1:]
    done = ended(["-y", *arguments], stdout=subprocess.DEVNULL)
    if done.returncode:
        complaints = done.stderr.decode("utf-8", "replace")
        raise MediaError(f"{what} failed: {_reason(complaints, done.returncode)}")


def ended(
    arguments: Sequence[str], *, stdout: int, says: Says = "error"
) -> subprocess.CompletedProcess[bytes]:
    """An ffmpeg that was started and has ended, with its complaints; if this process dies, it dies too.

    ``stdout`` is ``subprocess.PIPE`` or ``DEVNULL``.
    """
    with started(arguments, stdin=subprocess.DEVNULL, stdout=stdout, says=says) as process:
        printed, complaints = process.communicate()
    return subprocess.CompletedProcess(process.args, process.returncode, printed, complaints)


@contextmanager
def started(
    arguments: Sequence[str], *, stdin: int, stdout: int, says: Says = "error"
) -> Iterator[subprocess.Popen[bytes]]:
    """An ffmpeg at work, whose complaints are piped; it is killed where the block is left by an error, and
    dies with this process."""
    try:
        process = subprocess.Popen(
            [binary(), "-nostdin", "-hide_banner", "-nostats", "-loglevel", says, *arguments],
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.PIPE,
            process_group=0,  # Ctrl-C reaches only us, and we end it
            preexec_fn=die_with(os.getpid()),
        )
    except OSError as error:
        raise _cannot_start(error) from None
    try:
        yield process
    except BaseException:
        process.kill()
        process.communicate()
        raise


def _reason(complaints: str, code: int) -> str:
    """The last line of ffmpeg's complaints that says why."""
    lines = [_SPEAKER.sub("", line).strip() for line in complaints.splitlines()]
    lines = [line for line in lines if line]
    reasons = [line for line in lines if not _AFTERTHOUGHTS.match(line)] or lines
    if reasons:
        return reasons[-1]
    if code < 0:
        return f"ffmpeg was stopped by {signal.Signals(-code).name}"
    return f"ffmpeg ended with code {code} and gave no reason"
