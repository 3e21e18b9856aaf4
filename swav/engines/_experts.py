"""Which of two experts a LoRA says that it is for. Light: no torch."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from swav.engines import LoraFile

NAMES = {
    "high": re.compile(r"(?<![a-z])high(?![a-z])|high[ _.-]?noise"),
    "low": re.compile(r"(?<![a-z])low(?![a-z])|low[ _.-]?noise"),
}
"""Words in small letters that name an expert."""


def expert_named(words: str) -> str:
    """``high`` or ``low``, where words in small letters name one of them and not the other; else empty."""
    found = [expert for expert, pattern in NAMES.items() if pattern.search(words)]
    return found[0] if len(found) == 1 else ""


def expert_remarks(loras: Iterable[LoraFile]) -> Iterator[str]:
    """A sentence for each LoRA that acts on another expert than the one which its name says."""
    for lora in loras:
        name = Path(lora.path).name
        said = expert_named(name.lower()) or expert_named(lora.says.lower())
        if said and lora.expert != said:
            acts = "both experts" if lora.expert == "both" else f"the {lora.expert}-noise expert"
            yield (
                f"the LoRA {name} says that it is for the {said}-noise expert, and acts on {acts}: "
                f"write expert: {said}"
            )
