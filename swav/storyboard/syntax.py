"""What a YAML parser complains of, said to someone who writes films."""

import yaml

from swav.errors import Fault

DEEPEST = 32
"""Levels that may lie inside each other. Newer libyaml has a limit of its own, and reads ahead: where it
stops first, the sentence is the same.
"""
TOO_DEEP = f"more than {DEEPEST} levels lie inside each other"
_QUOTE = "put text that holds `: ` or ` #`, or starts with a sign, in quotes; check the indentation"
# What the parser says (libyaml's words and PyYAML's), what it means, and what to do: the first match counts.
_SENTENCES = (
    ("maximum nesting depth", TOO_DEEP, "close the brackets"),
    ("'\\t'", "a tab stands where spaces are needed", "indent with spaces"),
    ("mapping values are not allowed", "a colon stands where no key can begin", _QUOTE),
    ("expected ':'", "a line has no colon after its key", "write `key: value`, with the key on one line"),
    ("unexpected end of stream", "the quote that opens here never closes", "close it with the same quote"),
    ("',' or '", "a bracket is not closed, or a comma is missing", "close the bracket, or add the comma"),
    (
        "escape character",
        "a backslash in double quotes begins nothing known",
        "double it, or use single quotes",
    ),
    (
        "hexdecimal",
        "a backslash code in double quotes is not whole",
        "double the backslash, or use single quotes",
    ),
    ("expected key", "this line is not indented like the keys beside it", "indent keys of one block alike"),
    (
        "block end",
        "this line is not indented like the lines beside it",
        "indent the items of one block alike",
    ),
    (
        "'-' indicator",
        "this line is not indented like the list beside it",
        "begin each item with `- `, alike",
    ),
    (
        "block sequence entries",
        "a list item stands where no list can begin",
        "begin the list on its own line",
    ),
    ("directive", "a line that starts with % is no part of a storyboard", "remove it, or quote the text"),
    ("document start", "a second document begins here", "keep one document in the file"),
    ("cannot start any token", "a value cannot begin with this character", "put the text in quotes"),
    ("tag", "a value cannot begin with ! here", "put the text in quotes"),
    ("anchor", "a value cannot begin with & or * here", "put the text in quotes"),
    ("alias", "a value cannot begin with & or * here", "put the text in quotes"),
)


def plainly(error: yaml.MarkedYAMLError, file: str, text: str) -> Fault:
    """One fault for a syntax error, at the place where a person would look for it."""
    problem = f"{error.problem or ''} {error.context or ''}"
    mark = error.problem_mark or error.context_mark
    matches = (entry for entry in _SENTENCES if entry[0] in problem)
    _, message, remedy = next(matches, ("", "this is not YAML", _QUOTE))
    if error.context_mark and ("never closes" in message or "not closed" in message):
        mark = error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    written = text.splitlines()
    if 0 < line <= len(written) and "\t" in written[line - 1][: column + 1].strip(" ")[:1]:
        message, remedy = "a tab stands where spaces are needed", "indent with spaces"
    return Fault(file, line, column, "file", message, remedy)
