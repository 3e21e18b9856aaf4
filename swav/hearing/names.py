"""Which names of a text were missed: words that nobody can spell who has not been told them."""

import re
from collections.abc import Callable, Iterator

from swav.hearing.lattice import Comparison

_MOST = 8
"""Names that are told at once; a long list makes a recogniser recite it."""


def missed_names(text: str, comparison: Comparison, known: Callable[[str], bool]) -> str:
    """The names of ``text`` that were not heard, with the names beside them: "INS Vikrant, Drishtavya".

    A name is a word with a capital letter. At the start of a sentence every word has one: there, it is a
    name if ``known`` says that the word is not in the recogniser's vocabulary.
    """
    words = text.split()
    heard = {
        number for edge, _, same in comparison.pairs if same for number in range(edge.first, edge.last + 1)
    }
    missed = {edge.first for edge, _, same in comparison.pairs if not same}
    missed |= set(range(len(words))) - heard
    told = [run for run in _runs(words, known) if missed & set(run)]
    names = [" ".join(_bare(words[number]) for number in run) for run in told]
    return ", ".join(list(dict.fromkeys(names))[:_MOST])


def _runs(words: list[str], known: Callable[[str], bool]) -> Iterator[list[int]]:
    """The names, each as the numbers of its words."""
    run: list[int] = []
    for number, word in enumerate(words):
        begins = number == 0 or words[number - 1].endswith((".", "!", "?", ":"))
        bare = _bare(word)
        name = any(letter.isupper() for letter in bare)
        if name and begins and not bare[1:].isupper() and known(bare):
            name = False
        if name:
            run.append(number)
        if run and (not name or word != word.rstrip(".,;:!?")):
            yield run
            run = []
    if run:
        yield run


def _bare(word: str) -> str:
    return re.sub(r"^\W+|(?:['’]s)?\W*$", "", word)
