"""What checks find: faults, which stop, and notices, which inform; each with its place."""

from dataclasses import dataclass, field

from swav.errors import Fault
from swav.storyboard.fields import Key, field_name, written_route
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

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.field}: {self.message}"


@dataclass
class Findings:
    """Collects what checks find in one file."""

    source: Source
    typed: Typed
    faults: list[Fault] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def fault(self, route: tuple[Key, ...], message: str, remedy: str) -> None:
        """Something that cannot be built, at the value that ``route`` leads to, as far as it was written."""
        self.faults.append(Fault(*self._where(route), message, remedy))

    def notice(self, route: tuple[Key, ...], message: str) -> None:
        """Something to know, at the value that ``route`` leads to."""
        self.notices.append(Notice(*self._where(route), message))

    def fits(self, *route: Key) -> bool:
        """Whether the value there is the writer's own, so that judging it makes sense."""
        return self.typed.fits(*route)

    def _where(self, route: tuple[Key, ...]) -> tuple[str, int, int, str]:
        route = written_route(self.source.value, route)
        return self.source.file, *self.source.places.of(*route), field_name(route, self.source.value)
