"""Where notes stand: a frame of a take, the same frame in the film, and back.

A note belongs to a frame of a take, which keeps its place whatever is edited around it; who looks at the film
counts frames of the film.
"""

from contextlib import suppress
from fractions import Fraction
from math import ceil
from pathlib import Path

from swav.cut import paths
from swav.cut.candidates import finished
from swav.cut.earlier import earlier
from swav.cut.model import Cut, read_cut
from swav.cut.notebook import Entry
from swav.errors import Damaged, MediaError, SwavError
from swav.handoff.places import places
from swav.handoff.stamped import key_in
from swav.media.probe import probe


def film_seen(cut: Cut, file: Path | None = None) -> Cut:
    """The cut whose film people looked at: the one that a file of theirs names, else the one that is built,
    else the last of this storyboard."""
    try:
        return read_cut(paths.CUT.format(build=cut.build, key=(file and key_in(file)) or "none"))
    except (FileNotFoundError, Damaged):
        return cut if Path(cut.reel).is_file() else earlier(cut) or cut


class NotePlaces:
    """The places of one cut. SwavError where its lines are not spoken yet: then no length is known."""

    def __init__(self, cut: Cut):
        self.cut, self.rate = cut, cut.delivery.rate
        try:
            self._placed = {place.shot.id: place for place in places(cut)}
        except FileNotFoundError:
            raise SwavError(
                "no film is built yet, so its notes have no timecode; snakemake final.mp4 builds it"
            ) from None
        self._rates: dict[str, Fraction] = {}

    def __contains__(self, shot: str) -> bool:
        return shot in self._placed

    def in_film(self, entry: Entry) -> int | None:
        """The frame of the film that a note is about: its shot's first without one; None without the shot."""
        place = self._placed.get(entry.shot)
        if place is None:
            return None
        if entry.frame is None:
            return place.start
        seen = ceil(entry.frame * self.rate / self._rate(entry.take))
        seen -= place.shot.trim.begin if place.shot.trim else 0
        return min(max(place.span.start + seen, place.start), place.end - 1)

    def start(self, shot: str) -> int:
        """The frame of the film at which a shot begins on the picture track."""
        return self._placed[shot].start

    def at(self, frame: int, shot: str = "", take: str = "") -> tuple[str, str, int]:
        """What a frame of the film shows: the shot, the key of its take, and the take's frame.

        Of a shot and a take that are named, the frame that it would show there.
        """
        placed = list(self._placed.values())
        found = self._placed.get(shot) or next((p for p in reversed(placed) if p.start <= frame), placed[0])
        begin = found.shot.trim.begin if found.shot.trim else 0
        seen = min(max(frame, found.start), found.end - 1) - found.span.start + begin
        return self.of_take(found.shot.id, Fraction(seen) / self.rate, take)

    def of_take(self, shot: str, seconds: Fraction, take: str = "") -> tuple[str, str, int]:
        """The same for a moment of a take: of the one that the film shows, if no other is named."""
        take = take or self._chosen(shot)
        return shot, take, max(0, int(seconds * self._rate(take)))

    def _chosen(self, shot: str) -> str:
        with suppress(FileNotFoundError):
            if found := finished(self.cut, self._placed[shot].shot):
                return found.stem
        return ""

    def _rate(self, take: str) -> Fraction:
        """Frames a second of a take; of one that is gone, the film's."""
        if take not in self._rates:
            clip = Path(paths.TAKE.format(build=self.cut.build, key=take or "none"))
            try:
                self._rates[take] = probe(clip).rate if clip.is_file() else self.rate
            except MediaError:
                self._rates[take] = self.rate
        return self._rates[take]
