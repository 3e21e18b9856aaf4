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

        An empty sequence is silence.
        """
        source, joints, empty = self.size - 1, [], False
        for option in sorted(set(map(tuple, options))):
            if not option:
                empty = True
                continue
            nodes = [source, *range(self.size, self.size + len(option) - 1)]
            self.size += len(option) - 1
            for place, word in enumerate(option[:-1]):
                self._join(Edge(nodes[place], nodes[place + 1], word, first, last))
            joints.append((nodes[-1], option[-1]))
        if joints:
            for node, word in joints:
                self._join(Edge(node, self.size, word, first, last))
            if empty:
                self._join(Edge(source, self.size, "", first, last, words=0))
            self.size += 1

    def span(self, source: int, word: str, words: int, first: int, last: int) -> None:
        """Let the ``words`` words from node ``source`` to the end be one word too."""
        self._join(Edge(source, self.size - 1, word, first, last, words))

    def all(self) -> Iterator[Edge]:
        """Every edge."""
        return chain.from_iterable(self.edges.values())

    def _join(self, edge: Edge) -> None:
        if edge not in self.edges[edge.target]:
            self.edges[edge.target].append(edge)


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
