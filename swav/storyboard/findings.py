"""What checks find: faults, which stop, and notices, which inform; each with its place."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from swav.errors import Fault
from swav.shown import listed, message, shown
from swav.storyboard.fields import Key, Route, field_name, written_route
from swav.storyboard.shape import Typed
from swav.storyboard.source import Source


@dataclass(frozen=True)
class Notice:
    """One remark and its place, in the same terms as ``swav.errors.Fault``. It stops nothing."""

    file: str
    line: int
    column: int
    field: str
    message: str
    missing: str = ""
    """The shot whose footage has not arrived, where that is what it says."""
    route: Route = ()
    """As a fault's: what of the storyboard it concerns; empty: all of it."""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}"
        return message(f"{place}: {shown(self.field, 100)}: {self.message}")


@dataclass
class Findings:
    """Collects what checks find in one file."""

    source: Source
    typed: Typed
    faults: list[Fault] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def fault(self, route: tuple[Key, ...], message: str, remedy: str) -> None:
        """Something that cannot be built, at the value that ``route`` leads to, as far as it was written."""
        self.faults.append(Fault(*self._where(route), message, remedy, route))

    def notice(self, route: tuple[Key, ...], message: str) -> None:
        """Something to know, at the value that ``route`` leads to."""
        self.notices.append(Notice(*self._where(route), message, route=route))

    def fits(self, *route: Key) -> bool:
        """Whether the value there is the writer's own, so that judging it makes sense."""
        return self.typed.fits(*route)

    def _where(self, route: tuple[Key, ...]) -> tuple[str, int, int, str]:
        route = written_route(self.source.value, route)
        return self.source.file, *self.source.places.of(*route), field_name(route, self.source.value)


def gathered(notices: Sequence[Notice], most: int = 24) -> list[str]:
    """Notices as lines; those of footage that has not arrived are one a list: ``swav check`` has them all."""
    missing: dict[str, list[str]] = {}
    for notice in notices:
        if notice.missing:
            missing.setdefault(notice.file, []).append(notice.missing)
    said = [str(notice) for notice in notices if len(missing.get(notice.file, ())) < 2 or not notice.missing]
    for file, shots in missing.items():
        if len(shots) > 1:
            said.append(
                f"{file}: {len(shots)} clips have not arrived, and something else is shown in "
                f"{listed(shots, most)}"
            )
    return said
