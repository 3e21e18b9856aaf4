"""Edits of a storyboard that leave the author's text as it is: only what is edited is written.

A YAML library that writes a file again breaks lines and spaces that nobody touched. Here the new words are
put into the text: each way of writing an edit is tried in order of how little it changes, and the first that
is proven counts. Proven means: both texts are parsed, and the trees are equal but for the edit.
"""

import difflib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from swav.errors import InputError, SwavError
from swav.storyboard.fields import Route, field_name, holds, inside
from swav.storyboard.source import parse

Plain = str | int | float | bool | None | list | dict
_WIDEST = 100
"""Columns that a prompt may take when it has to be filled anew, unless the file has wider lines."""


@dataclass(frozen=True)
class Put:
    """The value at a route; the last key of a mapping may be new."""

    route: Route
    value: Plain


@dataclass(frozen=True)
class Remove:
    """The key at a route of a mapping."""

    route: Route


@dataclass(frozen=True)
class Arrange:
    """The items of the list at a route, by their positions now: in another order, some left out."""

    route: Route
    order: tuple[int, ...]


Edit = Put | Remove | Arrange


def rewritten(text: str, edits: Sequence[Edit], file: str = "storyboard") -> str:
    """The text with the edits, one after the other, each proven. SwavError where one cannot be put in.

    Routes are those of the text as the edits before have left it. InputError for a text that is no YAML.
    """
    for edit in edits:
        text = _edited(text, edit, file)
    return text


def tree(text: str, file: str = "storyboard") -> Any:
    """The values of a text, every scalar as its own words. InputError."""
    return parse(text, file).value


def _edited(text: str, edit: Edit, file: str) -> str:
    before = tree(text, file)
    wanted = _expected(before, edit, file)
    if before == wanted:
        return text
    for candidate in _candidates(text, edit):
        try:
            if tree(candidate, file) == wanted:
                return candidate
        except InputError:
            continue
    where = field_name(edit.route, before)
    raise SwavError(f"{file}: {where} cannot be edited without touching more than it; edit it by hand")


def _expected(before: Any, edit: Edit, file: str) -> Any:
    """The tree that an edit makes, computed without any text."""
    after = _copied(before)
    at = after
    route = edit.route if isinstance(edit, Arrange) else edit.route[:-1]
    for key in route:
        if not holds(at, key):
            raise SwavError(f"{file}: there is no {field_name(edit.route, before)}")
        at = inside(at, key)
    if isinstance(edit, Arrange):
        if not isinstance(at, list) or not set(edit.order) <= set(range(len(at))):
            raise SwavError(f"{file}: {field_name(edit.route, before)} is no list with these items")
        at[:] = [_copied(at[number]) for number in edit.order]
    elif isinstance(edit, Remove):
        if not isinstance(at, dict) or edit.route[-1] not in at:
            raise SwavError(f"{file}: there is no {field_name(edit.route, before)}")
        del at[edit.route[-1]]
    else:
        if not holds(at, edit.route[-1]) and not isinstance(at, dict):
            raise SwavError(f"{file}: there is no {field_name(edit.route, before)}")
        at[edit.route[-1]] = as_read(edit.value)
    return after


def _copied(value: Any) -> Any:
    """A tree in which nothing is shared, as aliases share it: an edit of one place is of that place alone."""
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


def as_read(value: Plain) -> Any:
    """A value as the reader gives it: every scalar its own text."""
    if isinstance(value, dict):
        return {key: as_read(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_read(item) for item in value]
    return None if value is None else str(value).lower() if isinstance(value, bool) else str(value)


# --- ways to write an edit, the smallest first


def _candidates(text: str, edit: Edit) -> Iterator[str]:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if isinstance(edit, Arrange):
        yield from _arranged(text, _node(root, edit.route), edit.order)
        return
    parent, key = _node(root, edit.route[:-1]), edit.route[-1]
    pair = _pair(parent, key)
    if isinstance(edit, Remove):
        yield from _removed(text, parent, pair)
    elif pair is not None:
        yield from _replaced(text, pair[1], edit.value)
    elif isinstance(parent, yaml.MappingNode):
        yield from _added(text, parent, str(key), edit.value)


def _node(root: yaml.Node, route: Route) -> yaml.Node:
    for key in route:
        pair = _pair(root, key)
        if pair is None:
            raise SwavError(f"{'.'.join(map(str, route))} comes from an anchor; edit it by hand")
        root = pair[1]
    return root


def _pair(node: yaml.Node, key: Any) -> tuple[yaml.Node | None, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode):
        return (None, node.value[key]) if isinstance(key, int) and key < len(node.value) else None
    if isinstance(node, yaml.MappingNode):
        return next((pair for pair in node.value if pair[0].value == key), None)
    return None


def _replaced(text: str, node: yaml.Node, value: Plain) -> Iterator[str]:
    """The value in the place of another; a comment at its line's end stays."""
    start, end = node.start_mark.index, _end(text, node)
    head, tail = text[:start], text[end:]
    if isinstance(node, yaml.ScalarNode) and isinstance(value, str) and "\n" in text[start:end].strip():
        yield from (head + body + tail for body in _reworded(text, node, text[start:end], value))
    gap = "" if not head or head[-1] in " \n[{," else " "
    for written in _forms(value, node.style if isinstance(node, yaml.ScalarNode) else None):
        yield head + gap + written + tail


def _end(text: str, node: yaml.Node) -> int:
    """Where a node's own text ends: without the blanks, breaks and comments up to the next."""
    start, end = node.start_mark.index, node.end_mark.index
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        lines = text[start:end].splitlines(keepends=True)
        indent = next((_indent(line) for line in lines[1:] if line.strip()), 0)
        while len(lines) > 1 and (not lines[-1].strip() or _indent(lines[-1]) < indent):
            lines.pop()
        return start + len("".join(lines).rstrip("\r\n"))
    own = text[start:end]
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        lines = own.splitlines(keepends=True)
        while len(lines) > 1 and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
            lines.pop()
        own = "".join(lines)
    return start + len(own.rstrip())


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _reworded(text: str, node: yaml.Node, body: str, value: str) -> Iterator[str]:
    """Words exchanged where they differ, so that the author's breaks of line stay; else filled anew."""
    folded = node.style in ("|", ">")
    head, rest = (body.split("\n", 1)[0] + "\n", body.split("\n", 1)[1]) if folded else ("", body)
    pieces = re.findall(r"\s+|\S+", rest)
    words = [number for number, piece in enumerate(pieces) if not piece.isspace()]
    new = value.split()
    found, last = list(pieces), 0
    matcher = difflib.SequenceMatcher(None, [pieces[n] for n in words], new, autojunk=False)
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            last = b
            continue
        put = " ".join(new[c:d])
        if a == b:
            at = words[a - 1] if a else words[0]
            found[at] = f"{found[at]} {put}" if a else f"{put} {found[at]}"
        else:
            for number in range(words[a], words[b - 1] + 1):
                found[number] = ""
            found[words[a]] = put
            if not put and words[b - 1] + 1 < len(found):
                found[words[b - 1] + 1] = "" if words[a] else found[words[b - 1] + 1]
    said = "".join(found).rstrip()
    widest = max(_WIDEST, *(len(line) for line in text.splitlines()))
    if last >= 0 and all(len(line) <= widest for line in said.splitlines()):
        yield head + said
    indent = " " * next((_indent(line) for line in rest.splitlines()[int(not folded) :] if line.strip()), 2)
    yield head + (indent if folded else "") + f"\n{indent}".join(_filled(new, widest - len(indent)))


def _filled(words: list[str], width: int) -> list[str]:
    lines = [""]
    for word in words:
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else word
    return lines


def _forms(value: Plain, style: str | None = None) -> Iterator[str]:
    """How a value may be written, as plainly as it goes; the proof decides which of them holds."""
    if isinstance(value, (dict, list, tuple)):
        yield _flow(value, quoted=False)
        yield _flow(value, quoted=True)
        return
    said = as_read(value)
    if said is None:
        yield "null"
        return
    single, double = "'" + said.replace("'", "''") + "'", json.dumps(said, ensure_ascii=False)
    if style == "'":
        yield single
    elif style == '"':
        yield double
    if said and "\n" not in said:
        yield said
        yield single
    yield double


def _flow(value: Plain, *, quoted: bool) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(item, quoted=quoted)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_flow(item, quoted=quoted) for item in value) + "]"
    said = as_read(value)
    return "null" if said is None else json.dumps(said, ensure_ascii=False) if quoted else said


def _added(text: str, parent: yaml.MappingNode, key: str, value: Plain) -> Iterator[str]:
    """A key more: after the first of a block, on a line of its own; at the end of a mapping in braces."""
    if parent.flow_style:
        end = parent.end_mark.index - 1
        inner = text[:end].rstrip()
        comma = "" if inner.endswith(("{", ",")) else ", "
        yield from (f"{inner}{comma}{key}: {written}{text[end:]}" for written in _forms(value))
        return
    first_key, first = parent.value[0]
    at = text.find("\n", _end(text, first))
    newline = "\r\n" if "\r\n" in text else "\n"
    indent = " " * first_key.start_mark.column
    for written in _forms(value):
        if at < 0:
            yield f"{text}{newline}{indent}{key}: {written}{newline}"
        else:
            yield f"{text[: at + 1]}{indent}{key}: {written}{newline}{text[at + 1 :]}"


def _removed(text: str, parent: yaml.Node, pair: Any) -> Iterator[str]:
    start, end = pair[0].start_mark.index, _end(text, pair[1])
    if parent.flow_style:
        ways = [text[:start] + text[end:].lstrip(", "), text[:start].rstrip(", ") + text[end:]]
        last = not text[end:].lstrip().startswith(",")
        yield from reversed(ways) if last else ways  # no comma stays before the bracket
        return
    line = text.rfind("\n", 0, start) + 1
    after = text.find("\n", end)
    after = len(text) if after < 0 else after + 1
    if not text[line:start].strip():
        yield text[:line] + text[after:]
    else:  # the first key of a list's item: the next one takes its place after the dash
        yield text[:start] + text[after:].lstrip(" ")


def _arranged(text: str, node: yaml.Node, order: tuple[int, ...]) -> Iterator[str]:
    """Items with the comments above them, moved as whole lines; in brackets, as their own words."""
    if node.flow_style:
        items = [text[item.start_mark.index : _end(text, item)] for item in node.value]
        head, tail = text[: node.start_mark.index], text[node.end_mark.index :]
        yield f"{head}[{', '.join(items[number] for number in order)}]{tail}"
        return
    starts = [_chunk(text, item) for item in node.value]
    last = text.find("\n", _end(text, node.value[-1]))
    ends = [*starts[1:], len(text) if last < 0 else last + 1]
    newline = "\r\n" if "\r\n" in text else "\n"
    chunks = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    chunks = [chunk if chunk.endswith("\n") else chunk + newline for chunk in chunks]
    yield text[: starts[0]] + "".join(chunks[number] for number in order) + text[ends[-1] :]


def _chunk(text: str, item: yaml.Node) -> int:
    """Where an item begins: at its dash's line, or at the comments that stand directly above it."""
    at = text.rfind("\n", 0, text.rfind("-", 0, item.start_mark.index + 1) + 1) + 1
    indent = _indent(text[at:])
    while at:
        above = text.rfind("\n", 0, at - 1) + 1
        line = text[above:at]
        if not line.lstrip().startswith("#") or _indent(line) < indent:
            break
        at = above
    return at
