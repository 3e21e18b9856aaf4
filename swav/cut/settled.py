"""Takes by their frames, as the store has them, once a spoken line or a neighbour's frame is known."""

from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from swav import keys
from swav.cut import paths
from swav.cut.candidates import is_decided
from swav.cut.choose import Choice
from swav.cut.continuation import Continuation, with_frames
from swav.cut.model import Judging
from swav.cut.takes import take_path
from swav.cut.timeline import resolve as frames_of_line
from swav.engines import Request, engines
from swav.keys import Length


@dataclass(frozen=True)
class Settled:
    """The takes of one reel, as far as it is resolved."""

    build: str
    rate: Fraction
    judging: Judging
    continued: dict[str, dict[str, Continuation]] = field(default_factory=dict)
    """The frames that neighbours hand to each shot, by the fields of its request."""
    lines: dict[str, str] = field(default_factory=dict)
    """Where each spoken line lies, by its key."""

    def keys_of(self, request: Request, choice: Choice) -> list[str]:
        """Keys of the takes by their frames, as the store has them; as they are before the line is spoken, or
        before a neighbour has handed its frame over."""
        engine = engines()[choice.engine]
        try:
            settled = with_frames(request, self.continued.get(request.shot, {}))
        except FileNotFoundError:
            return [take.key for take in choice.takes]
        line = self.lines.get(request.length.narration)
        if line is not None and Path(line).exists():
            from swav.speech import length as spoken_length

            frames = frames_of_line(request.length, spoken_length(Path(line)), self.rate)
            settled = replace(settled, length=Length(frames=frames))
        if settled == request:
            return [take.key for take in choice.takes]
        recipes = (engine.recipe(replace(settled, seed=take.seed), choice.model) for take in choice.takes)
        return [keys.take_key(recipe) for recipe in recipes]

    def finished(self, request: Request, choice: Choice) -> bool:
        """Whether what an engine would show is there."""
        clip = paths.CLIP.format(build=self.build, engine=choice.engine, shot=request.shot, key=choice.key)
        if Path(clip).exists():
            return True
        settled = self.keys_of(request, choice)
        if choice.key == choice.takes[0].key:
            return take_path(self.build, settled[0]).exists()
        takes = [replace(take, key=key) for take, key in zip(choice.takes, settled, strict=True)]
        return is_decided(takes, self.build, self.judging, choice.look_at)
