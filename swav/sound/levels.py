"""How loud each part of the mix is, and how it makes room for the voice: values only, light to import."""

from dataclasses import dataclass, field

SPEECH = -23.0
"""LUFS of every line before mastering: EBU R 128's level, with headroom for the sum."""


@dataclass(frozen=True)
class Ducking:
    """How a sound gives way to speech, which is known in advance: nothing here reacts.

    ``depth`` in dB, all times in milliseconds: ``attack`` is the way down and ends as the voice begins,
    ``hold`` stays down after the last syllable, ``release`` is the way up: hold and release together are one
    second, so that music is heard between lines. A line is one phrase: the sound stays down over its own
    pauses up to ``breath``, and between two lines where they lie closer than ``bridge``.
    """

    depth: float = 8.0
    attack: int = 500
    hold: int = 200
    release: int = 800
    breath: int = 2500
    bridge: int = 1000


@dataclass(frozen=True)
class Levels:
    """The levels of a mix before mastering.

    ``speech`` is the LUFS of every line. ``music`` is the bed's level under speech against the speech, in
    dB; where nobody speaks it is the depth of its ducking higher. An effect's own level is the one that it
    has where nobody speaks; under speech it is the depth of ``effects_ducking`` lower.
    """

    speech: float = SPEECH
    music: float = -20.0
    music_ducking: Ducking = field(default_factory=Ducking)
    effects_ducking: Ducking = field(default_factory=lambda: Ducking(depth=4.0))
