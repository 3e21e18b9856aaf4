"""What the user should know although the reel can be built."""

from dataclasses import dataclass


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
