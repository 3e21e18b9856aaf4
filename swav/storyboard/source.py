"""YAML as it was written: every scalar is its own text, and every key and value knows its place.

A storyboard's fields decide what a text means, not YAML: ``4.1`` reaches the model as ``"4.1"`` and
becomes 41/10, ``no`` stays a word where text is expected, and a title of ``2025-01-01`` is no date. Only
an empty value (or ``~``, ``null``) is ``None``.

The values are built from the parser's events: four times as fast as PyYAML's node tree at 5,400
shots, and safe from deep nesting, which overflows the stack of its C composer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from swav.errors import Fault, InputError
from swav.shown import CONTROL
from swav.storyboard.fields import Key, Route, field_name
from swav.storyboard.syntax import DEEPEST, TOO_DEEP, plainly

Position = tuple[int, int]

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TAG = "tag:yaml.org,2002:"
_TAGS = frozenset(_TAG + name for name in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq"))
_CONTROL = re.compile(f"(?!\x85){CONTROL.pattern}")
_SEPARATOR = re.compile("[\u0085\u2028\u2029]")  # line breaks to YAML 1.1, and to no editor
_MOST_REPEATED = 200_000  # values that aliases may add: a line of fifteen anchors can mean a billion of them


@dataclass(slots=True)
class Place:
    """Where a value begins, and where the keys and values inside it do. Lines and columns count from 1."""

    line: int
    column: int
    keys: dict[str, Position] = field(default_factory=dict)
    inside: "dict[Key, Place | Position]" = field(default_factory=dict)


class Places:
    """The places of a whole file, by path: ``places.of("shots", 3, "prompt") == (12, 13)``."""

    def __init__(self, root: Place):
        self.root = root

    def of(self, *path: Key) -> Position:
        """Line and column of the value at ``path``, or of the nearest value around it that was written."""
        place: Place | Position = self.root
        for key in path:
            if not isinstance(place, Place) or key not in place.inside:
                break
            place = place.inside[key]
        return (place.line, place.column) if isinstance(place, Place) else place

    def of_key(self, *path: Key) -> Position:
        """Line and column of the key at ``path``; of the value where it has no key (an item of a list)."""
        place: Place | Position = self.root
        for key in path[:-1]:
            if not isinstance(place, Place) or key not in place.inside:
                return self.of(*path)
            place = place.inside[key]
        if isinstance(place, Place) and path and path[-1] in place.keys:
            return place.keys[path[-1]]
        return self.of(*path)


@dataclass(frozen=True)
class Source:
    """A file as plain values (dict, list, str, None), their places, and the faults of its YAML."""

    file: str
    value: Any
    places: Places
    faults: tuple[Fault, ...]
    text: str = ""
    """The file as it was written."""


def read(path: Path, *, may_be_empty: bool = False) -> Source:
    """Read a YAML file whose top level is a mapping.

    Raises InputError when the file is missing, is not UTF-8 or is not YAML; faults that leave a value to
    go on with (a key written twice) are in the result, so that they are said together with all others.
    """
    return parse(read_text(path), str(path), may_be_empty=may_be_empty)


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, without a byte order mark. Raises InputError when there is none."""
    try:
        data = path.read_bytes()
    except IsADirectoryError:
        raise InputError.whole_file(path, "is a folder", "name a file in it") from None
    except FileNotFoundError:
        raise InputError.whole_file(path, "is not there", "check the name and the folder") from None
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise InputError.whole_file(path, f"cannot be read ({reason})", "check its permissions") from None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError.whole_file(path, "is saved as UTF-16", "save it again as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", errors="replace")
        line, column = _line_and_column(before)
        message = f"the byte 0x{error.object[error.start]:02X} is not UTF-8 text"
        fault = Fault(str(path), line, column, "file", message, "save the file again as UTF-8")
        raise InputError([fault]) from None


def parse(text: str, file: str, *, may_be_empty: bool = False) -> Source:
    """The same for text that is already here; ``file`` is the name to say in faults."""
    refuse_controls(text, file)
    reader = _Reader(file, may_be_empty)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        value, place = reader.document(yaml.parse(text, Loader=loader))
    except yaml.MarkedYAMLError as error:
        if separator := _SEPARATOR.search(text):
            line, column = _line_and_column(text[: separator.start()])
            message = (
                f"U+{ord(separator[0]):04X} stands here, unseen, and YAML takes it for the end of a line"
            )
            raise InputError([Fault(file, line, column, "file", message, "write a blank instead")]) from None
        raise InputError([plainly(error, file, text)]) from None
    return Source(file, value, Places(place), tuple(reader.faults), text)


def refuse_controls(text: str, file: str) -> None:
    """Raise InputError where a text holds what no one wrote to be read, such as what a terminal obeys."""
    if control := _CONTROL.search(text):
        line, column = _line_and_column(text[: control.start()])
        message = f"an invisible character (U+{ord(control[0]):04X}) stands here"
        raise InputError([Fault(file, line, column, "file", message, "delete it")])


def _line_and_column(before: str) -> Position:
    lines = re.split("\r\n|\r|\n", before)
    return len(lines), len(lines[-1]) + 1


class _Reader:
    """Builds values and places from parser events."""

    def __init__(self, file: str, may_be_empty: bool):
        self.file = file
        self._may_be_empty = may_be_empty
        self._found: list[tuple[Position, str, str, Route]] = []
        self._root: Any = None
        self._anchors: dict[str, tuple[Any, Place | Position, int]] = {}
        self._values = 0
        self._repeated = 0

    def document(self, events: Iterator[yaml.Event]) -> tuple[Any, Place]:
        """The one document of the file; an empty file is an empty mapping."""
        self._events = events
        value, place = None, (1, 1)
        next(events)
        if isinstance(next(events), yaml.DocumentStartEvent):
            value, place = self._value(next(events), ())
            next(events)
            following = next(events)
            if not isinstance(following, yaml.StreamEndEvent):
                self._stop(following, "a second document begins here (---)", "keep one document in the file")
        if value is None and self._may_be_empty:
            return {}, Place(1, 1)
        if value is None:
            raise InputError.whole_file(
                self.file, "is empty", "start with `swav new`, or with a line `title: ...`"
            )
        if not isinstance(value, dict):
            found = "a list" if isinstance(value, list) else "bare text"
            self._stop(
                place, f"the file holds {found}, not keys", "begin each line with a key, as in `key: value`"
            )
        assert isinstance(place, Place)
        self._root = value
        return value, place

    def _value(self, event: yaml.Event, route: Route) -> tuple[Any, Place | Position]:
        position = (event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, position)
        before = self._values
        self._values += 1
        if event.tag is not None and event.tag not in _TAGS:
            tag = event.tag.replace(_TAG, "!!")
            self._fault(position, f"the YAML tag {tag} means nothing here", "remove it", route)
        if isinstance(event, yaml.ScalarEvent):
            if event.style == '"' and (control := _CONTROL.search(event.value)):
                message = f"the text holds an invisible character (U+{ord(control[0]):04X})"
                self._fault(position, message, "delete its backslash code", route)
            empty = event.implicit[0] and event.value in _NULLS
            value, place = (None if empty else event.value), position
        elif len(route) >= DEEPEST:
            self._stop(position, TOO_DEEP, "close the brackets")
        elif isinstance(event, yaml.SequenceStartEvent):
            value, place = self._sequence(position, route)
        else:
            value, place = self._mapping(position, route)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, place, self._values - before)
        return value, place

    def _alias(self, event: yaml.AliasEvent, position: Position) -> tuple[Any, Place | Position]:
        if event.anchor not in self._anchors:
            message = f"*{event.anchor} refers to nothing written above"
            self._stop(position, message, f"write &{event.anchor} before the value it should repeat")
        value, place, count = self._anchors[event.anchor]
        self._repeated += count
        self._values += count
        if self._repeated > _MOST_REPEATED:
            message = f"*{event.anchor} repeats more than {_MOST_REPEATED:,} values"
            self._stop(position, message, "write the values out, or repeat fewer")
        if isinstance(place, Place):
            return value, Place(*position, place.keys, place.inside)
        return value, position

    def _sequence(self, position: Position, route: Route) -> tuple[list[Any], Place]:
        values: list[Any] = []
        place = Place(*position)
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            value, place.inside[len(values)] = self._value(event, (*route, len(values)))
            values.append(value)
        return values, place

    def _mapping(self, position: Position, route: Route) -> tuple[dict[str, Any], Place]:
        values: dict[str, Any] = {}
        place = Place(*position)
        merges: list[tuple[Any, Place | Position]] = []
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            at = (event.start_mark.line + 1, event.start_mark.column + 1)
            merging = isinstance(event, yaml.ScalarEvent) and event.implicit[0] and event.value == "<<"
            key, _ = self._value(event, route)
            value, inside = self._value(next(self._events), (*route, key if isinstance(key, str) else "?"))
            if merging:
                merges.append((value, inside))
            elif not isinstance(key, str):
                self._fault(at, "a key must be a word", "write `key: value`, and quote an empty key", route)
            elif key in values:
                message = f"the key is written twice, first on line {place.keys[key][0]}"
                self._fault(at, message, "keep one of the two", (*route, key))
            else:
                values[key], place.keys[key], place.inside[key] = value, at, inside
        for value, inside in merges:
            self._merge(values, place, value, inside, route)
        return values, place

    def _merge(
        self, values: dict[str, Any], place: Place, value: Any, inside: Place | Position, route: Route
    ) -> None:
        """``<<: *base``: the keys of another mapping (or several), where they are not written here."""
        if isinstance(value, list) and isinstance(inside, Place):
            for index, item in enumerate(value):
                self._merge(values, place, item, inside.inside[index], route)
        elif isinstance(value, dict) and isinstance(inside, Place):
            for key in value.keys() - values.keys():
                values[key], place.keys[key] = value[key], inside.keys[key]
                place.inside[key] = inside.inside[key]
        else:
            position = (inside.line, inside.column) if isinstance(inside, Place) else inside
            self._fault(position, "<< can only take over keys of a mapping", "write `<<: *name`", route)

    @property
    def faults(self) -> list[Fault]:
        """What was found, with each field's full name (ids are known once all is read)."""
        return [
            Fault(self.file, *position, field_name(route, self._root), message, remedy, route)
            for position, message, remedy, route in self._found
        ]

    def _fault(self, position: Position, message: str, remedy: str, route: Route = ()) -> None:
        self._found.append((position, message, remedy, route))

    def _stop(self, where: yaml.Event | Place | Position, message: str, remedy: str) -> None:
        if isinstance(where, yaml.Event):
            where = (where.start_mark.line + 1, where.start_mark.column + 1)
        elif isinstance(where, Place):
            where = (where.line, where.column)
        self._fault(where, message, remedy)
        raise InputError(self.faults)
