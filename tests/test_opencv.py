"""OpenCV's package changes the environment of whatever this process starts; swav undoes that in one place."""

import ast
import subprocess
import sys

import pytest
from places import REPOSITORY

SOURCES = sorted(
    file for top in ("swav", "scripts", "benchmarks") for file in (REPOSITORY / top).rglob("*.py")
)
ITS_OWN = REPOSITORY / "swav" / "opencv.py"
SEEN = """
import os, swav
before = dict(os.environ)
from swav.opencv import cv2
assert cv2.__version__
print(sorted(name for name in {*before, *os.environ} if before.get(name) != os.environ.get(name)))
"""


@pytest.mark.parametrize("path", [None, "", "/opt/lib", "/opt/lib:/opt/lib64"])
def test_reading_pictures_leaves_the_environment_as_it_was(path):
    """An empty part of ``LD_LIBRARY_PATH`` names the folder that a job works in: anybody's project."""
    given = {} if path is None else {"LD_LIBRARY_PATH": path}
    run = subprocess.run(
        [sys.executable, "-c", SEEN],
        env={"PATH": "/usr/bin", "PYTHONPATH": str(REPOSITORY), **given},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == "[]"


def test_nothing_else_imports_it():
    found = {
        file.relative_to(REPOSITORY)
        for file in SOURCES
        if file != ITS_OWN
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Import) and any(alias.name.split(".")[0] == "cv2" for alias in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "cv2")
    }
    assert not found
