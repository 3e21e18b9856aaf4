"""A storyboard's values with their places, changed without touching what they were read from."""

from dataclasses import dataclass, replace
from typing import Any

from swav.storyboard.fields import Key
from swav.storyboard.source import Place, Position


@dataclass(frozen=True)
class Node:
    """A value, and where it and all that is inside it was written. Nothing of it is ever changed in place."""

    value: Any
    place: Place | Position

    @property
    def at(self) -> Position:
        return (self.place.line, self.place.column) if isinstance(self.place, Place) else self.place

    @property
    def is_group(self) -> bool:
        return isinstance(self.value, dict)

    def get(self, *route: Key) -> "Node | None":
        """What stands there; None where nothing does."""
        node = self
        for key in route:
            inside = node.value
            there = key in inside if isinstance(inside, dict) else isinstance(inside, list)
            if not there or (isinstance(inside, list) and not 0 <= key < len(inside)):
                return None
            place = node.place.inside.get(key, node.at) if isinstance(node.place, Place) else node.place
            node = Node(inside[key], place)
        return None if node.value is None else node

    def items(self) -> "list[Node]":
        """The items of a list."""
        return [
            Node(item, self.get(index).place if item is not None else self.at)
            for index, item in enumerate(self.value)
        ]

    def put(self, key: str, child: "Node") -> "Node":
        """The same group with ``child`` under a key."""
        place = self._own_place()
        place.keys[key] = child.at if key not in self.value else place.keys.get(key, child.at)
        place.inside[key] = child.place
        return Node({**self.value, key: child.value}, place)

    def without(self, *keys: str) -> "Node":
        """The same group without some keys."""
        place = self._own_place()
        for key in keys:
            place.keys.pop(key, None)
            place.inside.pop(key, None)
        return Node({key: value for key, value in self.value.items() if key not in keys}, place)

    def said(self, value: Any) -> "Node":
        """A value that is made up, and stands where this one is written."""
        return Node(value, self.at)

    def _own_place(self) -> Place:
        if not isinstance(self.place, Place):
            return Place(*self.place)
        return replace(self.place, keys=dict(self.place.keys), inside=dict(self.place.inside))


def of_items(nodes: list[Node], at: Position) -> Node:
    """A list of nodes."""
    return Node(
        [node.value for node in nodes], Place(*at, {}, {n: node.place for n, node in enumerate(nodes)})
    )
