"""Packages of one module, so that pip has something to install that takes no time."""

import base64
import hashlib
import zipfile
from pathlib import Path

MOCKINGBIRD = '"""A package of the tests."""\nSONG = "tweet"\n'


def write_wheel(
    folder: Path, name: str, version: str = "1.0", *, code: str = MOCKINGBIRD, requires=()
) -> Path:
    """A wheel with one module, by hand, so that pip has something small to install."""
    folder.mkdir(parents=True, exist_ok=True)
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    files = {
        f"{name}.py": code,
        f"{info}/METADATA": metadata + "".join(f"Requires-Dist: {each}\n" for each in requires),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},sha256={_digest(text)},{len(text)}\n" for path, text in files.items())
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in {**files, f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}.items():
            archive.writestr(path, text)
    return wheel


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def write_lock(file: Path, *lines: str) -> Path:
    file.write_text("\n".join(lines) + "\n")
    return file
