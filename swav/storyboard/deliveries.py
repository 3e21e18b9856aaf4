"""A delivery is a storyboard made from the storyboard: other words, another shape, other shots, nothing else.

``derived`` works on what was written, with the place of every value, so all that follows (typing, checks, the
cut) knows of no delivery, and says its faults where the words stand that are at fault. Pure: no file is read.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from swav.errors import Fault
from swav.shown import shown
from swav.storyboard.fields import Route, field_name
from swav.storyboard.forms import Size
from swav.storyboard.model import Delivery, Storyboard
from swav.storyboard.sharing import shared_out
from swav.storyboard.shot import Shot, Trim
from swav.storyboard.source import Places, Source
from swav.storyboard.timing import shown_frames, transition_frames
from swav.storyboard.voices import NamedVoice
from swav.storyboard.wording import unknown
from swav.storyboard.written_tree import Node, of_items
from swav.times import to_frames, to_seconds

ALL = "deliveries"
"""The target that makes every delivery."""
_OF_A_RECORDING = ("file", "in", "out")
"""Fields of a line that belong to its recording."""
RESERVED = ("final", "burned", ALL)
"""Names that mean something else already."""
SMALLEST = {"dnxhr": Size(width=256, height=120)}
"""The smallest frames of formats that have no smaller ones: SMPTE ST 2019-1, as ffmpeg's encoder holds it."""


def size_of(board: Storyboard, delivery: Delivery) -> Size:
    """The frame of a delivery in pixels: another shape keeps the shorter side."""
    if delivery.size is not None:
        return delivery.size
    if delivery.aspect is None:
        return board.size
    short = min(board.size.width, board.size.height)
    long = 2 * round(short * max(delivery.aspect, 1 / delivery.aspect) / 2)
    width, height = (long, short) if delivery.aspect > 1 else (short, long)
    return Size(width=width, height=height)


def frame_of(board: Storyboard, delivery: Delivery) -> Size:
    """The frame of what is delivered; of a finished film it is larger than its takes were."""
    return size_of(board.model_copy(update={"size": board.frame}), delivery)


def target_of(name: str, delivery: Delivery) -> str:
    """The file that a delivery is: the whole film is a final, a choice of shots a film of its own."""
    suffix = {"prores": "mov", "dnxhr": "mov"}.get(delivery.format or "", "mp4")
    return f"{name}.{suffix}" if delivery.shots else f"final.{name}.{suffix}"


def derived(source: Source, board: Storyboard, name: str) -> tuple[Source, list[Fault]]:
    """The storyboard of a delivery, and what keeps it from being one. ``board`` is what ``source`` says.

    Raises KeyError for a name that is not among its deliveries.
    """
    work = _Deriving(source, board, board.deliver[name], name)
    root = work.root()
    return Source(source.file, root.value, Places(root.place), (), source.text), work.faults


@dataclass
class _Deriving:
    source: Source
    board: Storyboard
    delivery: Delivery
    name: str
    faults: list[Fault] = field(default_factory=list)

    @property
    def _written(self) -> Node:
        """All that was written, with its places."""
        return Node(self.source.value, self.source.places.root)

    def root(self) -> Node:
        root = self._written
        shots = [
            self._shaped(shot, self._translated(shot, node, index), index)
            for index, shot, node in self._chosen(root)
        ]
        told = self._told(root)
        size, frame = size_of(self.board, self.delivery), frame_of(self.board, self.delivery)
        least = SMALLEST.get(self.delivery.format or "")
        if least and (frame.width < least.width or frame.height < least.height):
            said = f"a frame of {frame} is too small for {self.delivery.format}, which begins at {least}"
            self._fault(("format",), said, "give it a larger size, or take prores")
        told = told.put("size", told.said(str(size)))
        if finish := root.get("finish"):
            grouped = finish if finish.is_group else finish.said({}).put("size", finish)
            told = told.put("finish", grouped.put("frame", finish.said(str(frame))))
        return told.put("shots", of_items(shots, root.get("shots").at)).without("deliver", "translations")

    # --- which shots, and how much of them

    def _chosen(self, root: Node) -> Iterator[tuple[int, Shot, Node]]:
        """Position, meaning and words of each shot of the delivery."""
        positions = {shot.id: index for index, shot in enumerate(self.board.shots)}
        asked, found = list(self.delivery.shots), []
        for number, item in enumerate(asked):
            if item.shot in positions and item.shot not in [shot.id for _, shot, _ in found]:
                index = positions[item.shot]
                found.append((index, self.board.shots[index], item))
            elif item.shot in positions:
                self._fault(("shots", number), f"{item.shot} is there twice", "name each shot once")
            else:
                said = f"the storyboard has no shot {item.shot!r}"
                self._fault(("shots", number), *unknown(item.shot, positions, said, "shots"))
        if not asked:
            found = [(index, shot, None) for index, shot in enumerate(self.board.shots)]
        native = () if self.delivery.native == "all" else self.delivery.native
        named = [(("native", number), shot) for number, shot in enumerate(native)]
        named += [(("keyframes", shot), shot) for shot in self.delivery.keyframes]
        for route, shot in named:
            if shot not in positions:
                said = f"the storyboard has no shot {shot!r}"
                self._fault(route, *unknown(shot, positions, said, "shots"))
        trims = self._trims([(shot, item) for _, shot, item in found])
        for (index, shot, _), trim in zip(found, trims, strict=True):
            node = root.get("shots", index)
            if trim:
                node = self._trimmed(node, *trim)
            if index == found[-1][0]:
                node = node.without("transition")
            yield index, shot, node

    def _trims(self, shots: list) -> list[tuple[int, int] | None]:
        """First and last frame of each shot's stretch; None for one that is seen whole."""
        rate = self.board.fps
        lengths = [shown_frames(shot, rate) for shot, _ in shots]
        starts = [to_frames(item.start, rate) if item else 0 for _, item in shots]
        ends = [to_frames(item.end, rate) if item and item.end else None for _, item in shots]
        if self.delivery.length is not None:
            overlaps = sum(_overlap(shot, rate) for shot, _ in shots[:-1])
            wanted = to_frames(self.delivery.length, rate) + overlaps
            parts, said = shared_out(
                wanted,
                [None if end is None else end - start for start, end in zip(starts, ends, strict=True)],
                [
                    None if length is None else length - start
                    for start, length in zip(starts, lengths, strict=True)
                ],
                [shot.id for shot, _ in shots],
                rate,
            )
            if said:
                self._fault(("length",), *said)
                return [None] * len(shots)
            ends = [start + part for start, part in zip(starts, parts, strict=True)]
        found = []
        for number, (start, end, length) in enumerate(zip(starts, ends, lengths, strict=True)):
            last = length if end is None else end
            if (start, last) in ((0, length), (0, None)):
                found.append(None)
            elif last is None:
                remedy = "give it an out too, as it lasts as long as its line or file"
                self._fault(("shots", number), "its in has no out", remedy)
                found.append(None)
            elif start >= last or (length is not None and last > length):
                here = "" if length is None else f", and the shot lasts {_said(length, rate)}"
                said = f"its stretch is {_said(start, rate)} to {_said(last, rate)}{here}"
                self._fault(("shots", number), said, "choose an in before an out, both inside the shot")
                found.append(None)
            else:
                found.append((start, last))
        return found

    def _trimmed(self, node: Node, start: int, end: int) -> Node:
        """A shot of which a stretch is seen; what would begin after it is left out."""
        rate = self.board.fps
        first = node.get("trim", "in")
        before = Trim.model_validate({"in": first.value if first else 0, "out": 1}).start
        times = {"in": before + to_seconds(start, rate), "out": before + to_seconds(end, rate)}
        node = node.put("trim", node.said(times))
        lasts = to_seconds(end - start, rate)
        for name in ("overlay", "sound"):
            if found := node.get(name):
                kept = [_ended(item, lasts, name) for item in _several(found) if _begins(item) < lasts]
                node = node.put(name, of_items(kept, found.at))
        line = node.get("narration")
        if line and line.is_group and _begins(line) >= lasts:
            node = node.put("narration", line.put("start", line.said(0)))
        return node

    # --- words

    @property
    def _translation(self) -> Node | None:
        """What is written of the delivery's language; None where it is the storyboard's own."""
        language = self.delivery.language
        if language in (None, self.board.voice.language):
            return None
        root = self._written
        return root.get("translations", language) or Node({}, root.get("deliver", self.name).at)

    def _told(self, root: Node) -> Node:
        """The film's title and voices."""
        words, language = self._translation, self.delivery.language
        if words is None:
            return root
        if language not in self.board.translations:
            self._fault(
                ("language",),
                f"there is no translation into {shown(language, 40)}",
                f"write it under translations.{language}",
            )
            return root
        if title := words.get("title"):
            root = root.put("title", title)
        voice, own = root.get("voice") or root.said({}), self.board.translations[language].voice
        engine = own.engine or self.board.voice.engine
        voice = voice.without(
            "speaker", "lexicon", *([] if engine == self.board.voice.engine else ["reference"])
        )
        for name in NamedVoice.model_fields:
            if given := words.get("voice", name):
                voice = voice.put(name, given)
        root = root.put("voice", voice.put("language", words.said(language)))
        voices = root.get("voices") or root.said({})
        for name, given in (
            (name, words.get("voices", name)) for name in self.board.translations[language].voices
        ):
            voices = voices.put(name, given or words.said({}))
        return root.put("voices", voices) if voices.value else root

    def _translated(self, shot: Shot, node: Node, index: int) -> Node:
        """A shot with its words in the delivery's language, or in silence."""
        if self.delivery.silent:
            if shot.narration and shown_frames(shot, self.board.fps) is None and node.get("trim") is None:
                said = f"{shot.id} lasts as long as its line, and nobody speaks here"
                self._fault(("silent",), said, "give the shot a duration")
            node = node.without("narration")
        words = self._translation
        if words is None or self.delivery.language not in self.board.translations:
            return node
        given = words.get("shots", shot.id) or words.said({})
        route = ("shots", index)
        line = node.get("narration")
        if line:
            node = node.put("narration", self._line(line, given.get("narration"), route, shot.id))
        if card := node.get("card"):
            for name in ("title", "subtitle"):
                if text := card.get(name):
                    card = self._words(card, text, given.get(name), (*route, "card", name), shot.id)(name)
            node = node.put("card", card)
        if lettering := node.get("overlay"):
            node = node.put("overlay", self._lettering(lettering, given.get("overlay"), route, shot.id))
        return node

    def _line(self, line: Node, given: Node | None, route: Route, shot: str) -> Node:
        """A line in other words. Who spoke it said the old ones: a translation has a recording of its own."""
        group = line if line.is_group else line.said({"text": line.value})
        words = given.get("text") if given and given.is_group else given
        new = self._words(group, group.get("text"), words, (*route, "narration"), shot)("text")
        if words is None:
            return new
        new = new.without(*_OF_A_RECORDING)
        for name in _OF_A_RECORDING if given.is_group else ():
            if said := given.get(name):
                new = new.put(name, said)
        return new

    def _lettering(self, lettering: Node, given: Node | None, route: Route, shot: str) -> Node:
        """Overlays with other words; pictures are the same in every language."""
        written = _several(lettering)
        items = [item for item in written if item.get("text")]
        texts = [] if given is None else [given] if isinstance(given.value, str) else given.items()
        if texts and len(texts) != len(items):
            self._fault_at(
                given,
                (*route, "overlay"),
                f"{shot} has {len(items)} overlays with text, and {len(texts)} are translated",
                "list a text for each; several lines of one stand in a list of their own: [[first, second]]",
            )
            return lettering
        texts = texts or [None] * len(items)
        left = iter(texts)
        return of_items(
            [
                self._words(item, item.get("text"), next(left), (*route, "overlay", number, "text"), shot)(
                    "text"
                )
                if item.get("text")
                else item
                for number, item in enumerate(written)
            ],
            lettering.at,
        )

    def _words(
        self, group: Node, text: Node, given: Node | None, route: Route, shot: str
    ) -> Callable[[str], Node]:
        """The group with other words under a key; one that names a language of its own keeps its words.

        What has no letter (a year) needs no translation.
        """
        if given is not None:
            words = given if given.value != "" else text
            return lambda key: group.without("language", "speaker").put(key, words)
        own = group.get("language")
        letters = any(map(str.isalpha, str(text.value)))
        if letters and (own is None or own.value == self.board.voice.language):
            language, key = self.delivery.language, next(k for k in reversed(route) if isinstance(k, str))
            key = "overlay" if key == "text" else key
            said, remedy = (
                f"there is no {language} of it",
                f"write it under translations.{language}.shots.{shot}.{key}",
            )
            self._fault_at(text, route, said, remedy)
        return lambda key: group

    # --- shape

    def _shaped(self, shot: Shot, node: Node, index: int) -> Node:
        """A shot in the delivery's frame: made anew where that is designed or asked for, else cropped."""
        size, delivery = size_of(self.board, self.delivery), self.delivery
        if own := self._written.get("deliver", self.name, "keyframes", shot.id):
            node = node.put("keyframe", own)
        native = shot.id in delivery.keyframes or delivery.native == "all" or shot.id in delivery.native
        before = shot.size or self.board.size
        if shot.source == "card" or size == before:
            return node
        same = size.width * before.height == size.height * before.width
        if shot.prompt is not None and native:
            self._natively(shot, same, index)
            node = node.without("size")
        elif shot.prompt is not None:
            node = node.put("size", node.said(str(before)))
        if shot.anchor is None and not same and not (native and shot.source == "prompt"):
            given = self._written.get("deliver", self.name, "anchor")
            if given is None:
                said = f"{size} would cut off a part of it, and nobody says which"
                remedy = f"give the shot an anchor (left, centre, ...), or deliver.{self.name} one for all"
                self._fault_at(node, ("shots", index), said, remedy)
            else:
                node = node.put("anchor", given)
        return node

    def _natively(self, shot: Shot, same: bool, index: int) -> None:
        """Report a picture that was composed for another shape, and would be cropped blindly."""
        for name in ("keyframe", "end"):
            picture = getattr(shot, name)
            if (
                picture is None
                or picture.file is None
                or same
                or (name == "keyframe" and shot.id in self.delivery.keyframes)
            ):
                continue
            composed = f"{shown(picture.file, 60)} was composed for another"
            said = f"{shot.id} is to be rendered in this shape, and {composed}"
            remedy = (
                f"give it one in deliver.{self.name}.keyframes, or take it out of native"
                if name == "keyframe"
                else "take it out of native"
            )
            self._fault(("native",) if self.delivery.native else ("keyframes", shot.id), said, remedy)

    def _fault(self, route: Route, message: str, remedy: str) -> None:
        """Something wrong with what the delivery says itself."""
        whole = ("deliver", self.name, *route)
        root = self._written
        self._fault_at(root.get(*whole) or root.get("deliver", self.name) or root, whole, message, remedy)

    def _fault_at(self, node: Node, route: Route, message: str, remedy: str) -> None:
        name = field_name(route, self.source.value)
        self.faults.append(Fault(self.source.file, *node.at, name, message, remedy))


def _several(node: Node) -> list[Node]:
    """One overlay or sound stands for a list of one."""
    return [node] if node.is_group else node.items()


def _begins(item: Node) -> Fraction:
    given = item.get("start")
    return Trim.model_validate({"in": given.value if given else 0, "out": 1}).start


def _ended(item: Node, lasts: Fraction, name: str) -> Node:
    given = item.get("end") if name == "overlay" else None
    ends = given and Trim.model_validate({"out": given.value}).end
    return item.without("end") if ends and ends > lasts else item


def _overlap(shot: Shot, rate: Fraction) -> int:
    """Frames that a shot shares with the next."""
    return 0 if shot.transition.type in ("cut", "fade_black") else transition_frames(shot.transition, rate)[0]


def _said(frames: int, rate: Fraction) -> str:
    return f"{float(to_seconds(frames, rate)):.3f}".rstrip("0").rstrip(".") + " s"
