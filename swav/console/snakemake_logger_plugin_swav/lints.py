"""What ``snakemake --lint`` says, with the reason beside what swav does on purpose."""

import re

ON_PURPOSE = "Specify a conda environment or container for each rule"
_RULE = re.compile(r"Lints for rule (\S+)")


class Lints:
    """Hears Snakemake's warnings. What all rules are blamed for is said once, with the reason."""

    def __init__(self) -> None:
        self._without_environment: list[str] = []

    def take(self, text: str) -> list[str]:
        """The lines to say of a warning now."""
        rule = _RULE.match(text)
        if rule and text.count("\n    * ") == 1 and ON_PURPOSE in text:
            self._without_environment.append(rule[1])
            return []
        return [text]

    def last_words(self) -> list[str]:
        """What is said when all was heard."""
        if not self._without_environment:
            return []
        return [
            f"{len(self._without_environment)} rules name no conda environment or container, on purpose: "
            "their jobs run in the environment that runs snakemake, which requirements/ locks. Engines "
            "that cannot share it have one each (docs/environments.md)."
        ]
