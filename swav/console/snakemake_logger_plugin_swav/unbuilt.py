"""What previews say where little or nothing is built: Snakemake is silent, or speaks of its own notes."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

_NOT_THERE = re.compile(r"^WorkflowError:\s+File (.+) marked for report but does not exist\.")
_NO_NOTES = re.compile(r"^Missing metadata for file (.+?)\. Maybe metadata was deleted")
DELETES = ("--delete-all-output", "--delete-temp-output")


class Unbuilt:
    """Takes what is said of files that are not there, and says one thing in its place."""

    def __init__(self, words: Sequence[str]):
        self._deletes = any(word in DELETES for word in words)
        self._without_notes = 0

    def sentence(self, error: str) -> str:
        """An error in words that fit."""
        if missing := _NOT_THERE.search(error):
            return f"{missing[1]} is not built yet; run snakemake, then ask for the report again"
        return error

    def takes(self, warning: str) -> bool:
        """Whether a warning is said with others at the end, or not at all."""
        if not (missing := _NO_NOTES.match(warning)):
            return False
        self._without_notes += Path(missing[1]).exists()
        return True

    def heard(self) -> None:
        """A preview has said something."""
        self._deletes = False

    def last_words(self) -> Iterator[str]:
        """What is said once all is over."""
        if self._deletes:
            yield "Nothing is built here: there is nothing to delete."
        if self._without_notes:
            files = "1 file" if self._without_notes == 1 else f"{self._without_notes} files"
            yield f"When {files} of the report came to be is not known: .snakemake has no notes of them."
