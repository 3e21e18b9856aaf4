"""Files that are not what their name says, such as a pointer or a web page; told from their first bytes."""

from pathlib import Path

from swav.media.vector import is_vector

BEGINNING = 4096
_LFS = b"version https://git-lfs.github.com/spec/"
_POINTER = "is a git-lfs pointer, not the file itself; run `git lfs pull` where it came from"
_PAGE = "is a web page under another name; download the file itself"
_SVG = "is a drawing of lines (SVG), which only a picture can be; name it as a still or a logo"
_PDF = "is a PDF; export the page as PNG or JPEG"
_PARTIAL = (".part", ".crdownload", ".partial", ".download")


def disguise(path: Path) -> str:
    """What a file is that no decoder knows, and what to do; empty if nothing special is seen in it.

    It goes on after the file's name.

    Reads the first bytes. Whatever cannot be read at all has no disguise.
    """
    try:
        with path.open("rb") as file:
            beginning = file.read(BEGINNING)
    except OSError:
        return ""
    return disguised(beginning) or (
        "is a download that has not ended; wait for it, or download the file again"
        if path.suffix.lower() in _PARTIAL
        else ""
    )


def is_text(path: Path) -> bool:
    """Whether a file begins as a text does, without a control character."""
    try:
        with path.open("rb") as file:
            beginning = file.read(BEGINNING).removeprefix(b"\xef\xbb\xbf").strip()
    except OSError:
        return False
    return bool(beginning) and all(byte >= 0x20 or byte in b"\t\r\n" for byte in beginning)


def disguised(beginning: bytes) -> str:
    """The same for a file's first bytes."""
    if beginning.startswith(_LFS):
        return _POINTER
    text = beginning.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype html", b"<html", b"<head", b"<script")):
        return _PAGE
    if is_vector(beginning):
        return _SVG
    if text.startswith(b"%pdf"):
        return _PDF
    if not beginning:
        return "is empty; replace it by a whole file"
    if not beginning.strip(b"\0"):
        return "begins with nothing but zeros; copy it again"
    return ""
