"""Comparing what was written with what was heard, where both can be read in more than one way.

A text is a lattice: a graph whose edges carry words and whose every path from start to end is one reading.
The distance of two lattices is the least number of words that have to be put in, left out or replaced
(Levenshtein, 1966) between any reading of the one and any reading of the other; as the graphs have no
cycles, it is found as between two plain strings, by dynamic programming over pairs of nodes.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain


@dataclass(frozen=True)
class Edge:
    """A word of a reading; ``first`` to ``last`` are the numbers of the written words that it stands for."""

    source: int
    target: int
    word: str
    first: int
    last: int
    words: int = 1
    """How many words it counts for: 0 for silence, more than one for a compound.

    A compound is neighbours as one word; it only ever faces the same word, or whole sentences would be one
    error.
    """


@dataclass
class Lattice:
    """All readings of a text. Nodes are numbered so that every edge leads to a higher number."""

    size: int = 1
    edges: dict[int, list[Edge]] = field(default_factory=lambda: defaultdict(list))
    """The edges that lead to a node."""

    def add(self, options: Iterable[Sequence[str]], first: int, last: int) -> None:
        """Append written words ``first`` to ``last`` with all sequences of words that they may be read as.

        An empty sequence is silence. Sequences share their beginnings and their ends, so that a sum of money
        with its hundred readings is a few dozen nodes (a minimal acyclic automaton: Daciuk et al., 2000).
        """
        readings = frozenset(map(tuple, options))
        rests = _rests(readings - {()})
        nodes = {rest: self.size + place for place, rest in enumerate(rests[1:])}
        end = self.size + len(nodes)
        if rests:
            nodes[rests[0]] = self.size - 1
        for rest in rests:
            for word, following in _following(rest):
                if () in following:
                    self._join(Edge(nodes[rest], end, word, first, last))
                if further := following - {()}:
                    self._join(Edge(nodes[rest], nodes[further], word, first, last))
        if () in readings and rests:
            self._join(Edge(self.size - 1, end, "", first, last, words=0))
        self.size = end + 1 if rests else self.size

    def span(self, source: int, word: str, words: int, first: int, last: int) -> None:
        """Let the ``words`` words from node ``source`` to the end be one word too."""
        self._join(Edge(source, self.size - 1, word, first, last, words))

    def all(self) -> Iterator[Edge]:
        """Every edge."""
        return chain.from_iterable(self.edges.values())

    def _join(self, edge: Edge) -> None:
        if edge not in self.edges[edge.target]:
            self.edges[edge.target].append(edge)


_Rest = frozenset[tuple[str, ...]]
"""What may follow at a node: the ends of the readings that go through it."""


def _rests(readings: _Rest) -> list[_Rest]:
    """Every node that the readings need, each before those that it leads to; none where there are none."""
    order: dict[_Rest, None] = {}

    def visit(rest: _Rest) -> None:
        for _, following in _following(rest):
            if (further := following - {()}) and further not in order:
                visit(further)
        order[rest] = None

    if readings:
        visit(readings)
    return list(reversed(order))


def _following(rest: _Rest) -> list[tuple[str, _Rest]]:
    """The words that may come next, and for each what may follow it."""
    found: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for reading in rest:
        found[reading[0]].add(reading[1:])
    return [(word, frozenset(found[word])) for word in sorted(found)]


@dataclass(frozen=True)
class Comparison:
    """The cheapest way from one text to the other.

    ``errors`` counts words put in, left out or replaced, ``words`` those of the written text's reading.
    ``pairs`` are the edges that face each other, with whether they are the same word.
    """

    errors: int
    words: int
    pairs: tuple[tuple[Edge, Edge, bool], ...]


_LONGEST_BY_EAR = 2
"""Words of the longest compound that is compared by its sound: longer ones are letters, spelt out, and
read as one word "dawn, this sea is" sounds like "dawn, the sea is"."""

_Step = tuple[tuple[int, int, int], tuple[int, int] | None, tuple[Edge, Edge] | None]


def compared(written: Lattice, heard: Lattice, key: Callable[[str], str]) -> Comparison:
    """Find the pair of readings that differs least; of equal ones the shortest, with most words in common.

    Words are the same if their ``key`` is.
    """
    keys = {edge.word: key(edge.word) for edge in (*written.all(), *heard.all())}
    arrivals = [_Arrivals(heard.edges[node], keys) for node in range(heard.size)]
    best: dict[tuple[int, int], _Step] = {(0, 0): ((0, 0, 0), None, None)}
    for i in range(written.size):
        for j in range(heard.size):
            if i or j:
                ways = _ways(best, written.edges[i], arrivals[j], i, j, keys)
                best[i, j] = min(ways, key=lambda way: way[0])
    node: tuple[int, int] | None = (written.size - 1, heard.size - 1)
    (errors, words, _), pairs = best[node][0], []
    while node is not None:
        _, before, pair = best[node]
        if pair:
            pairs.append((*pair, keys[pair[0].word] == keys[pair[1].word]))
        node = before
    return Comparison(errors, words, tuple(reversed(pairs)))


class _Arrivals:
    """The edges that lead to a node of what was heard: those that may face anything, and all by their key."""

    def __init__(self, edges: Sequence[Edge], keys: Mapping[str, str]):
        self.single = [edge for edge in edges if edge.words <= 1]
        self.same: dict[str, list[Edge]] = defaultdict(list)
        for edge in edges:
            if edge.words:
                self.same[keys[edge.word]].append(edge)


def _ways(
    best: Mapping[tuple[int, int], _Step],
    written: Sequence[Edge],
    heard: _Arrivals,
    i: int,
    j: int,
    keys: Mapping[str, str],
) -> Iterator[_Step]:
    """Every way to the pair of nodes (i, j): its cost (errors, words, minus matches), from where, by what."""
    for edge in written:
        if edge.words <= 1:
            errors, words, matches = best[edge.source, j][0]
            yield (errors + edge.words, words + edge.words, matches), (edge.source, j), None
        if edge.words:
            for other in heard.same.get(keys[edge.word], ()):
                if max(edge.words, other.words) > _LONGEST_BY_EAR and edge.word != other.word:
                    continue
                errors, words, matches = best[edge.source, other.source][0]
                cost = (errors, words + edge.words, matches - 1)
                yield cost, (edge.source, other.source), (edge, other)
        if edge.words == 1:
            for other in heard.single:
                if other.words:
                    errors, words, matches = best[edge.source, other.source][0]
                    yield (errors + 1, words + 1, matches), (edge.source, other.source), (edge, other)
    for other in heard.single:
        errors, words, matches = best[i, other.source][0]
        yield (errors + other.words, words, matches), (i, other.source), None
