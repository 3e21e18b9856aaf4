"""One shot as a film of its own: its take under its lettering, with its line and sounds, to look at alone.

No music, no transitions, no subtitles. It shows the take that is in the film, whatever its verdict.
"""

from dataclasses import replace
from pathlib import Path

from swav import keys
from swav.cut import paths
from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.cut.shot_parts import Passage
from swav.cut.takes import link
from swav.files import scratch


def shot_path(cut: Cut, shot: CutShot) -> str:
    """Where the shot's own film lies: its key covers all that it shows and sounds."""
    lettering = [{"key": item.key, "start": item.start, "end": item.end} for item in shot.overlays]
    line = [shot.narration.key, shot.narration.start] if shot.narration else []
    effects = [
        [
            item.content,
            item.start,
            item.begin,
            item.end,
            item.level,
            item.ring,
            *(["own"] if item.own else []),
        ]
        for item in shot.effects
    ]
    if shot.ambience:
        effects.append(["ambience", *shot.ambience.plain()])
    delivery, sound = cut.delivery, cut.sound
    loudness = [float(level) for level in (sound.music_level, sound.loudness, sound.true_peak)]
    key = keys.one_shot_key(
        picture=keys.shot_picture(
            take=shot.shown_key,
            length=shot.length,
            lettering=lettering,
            begin=shot.trim.begin if shot.trim else 0,
            anchor=shot.anchor or (),
        ),
        sound=[line, effects, *loudness, delivery.audio_bitrate],
        format=[delivery.width, delivery.height, delivery.rate, delivery.crf, delivery.preset],
    )
    return paths.ONE_SHOT.format(build=cut.build, shot=shot.id, key=key)


def playable_path(cut: Cut, shot: CutShot) -> Path:
    """A name without a key, by which people find the film of a shot as it was made last."""
    return Path(shot_path(cut, shot)).with_name(f"{shot.id}.mp4")


def make_shot(cut: Cut, shot: CutShot, target: Path) -> None:
    """Make the film of one shot."""
    from swav.cut.assemble import describe
    from swav.cut.join import join
    from swav.cut.players import Score
    from swav.reel.mixing import lay_stems, mix_sound
    from swav.reel.steps import encode_shot

    with scratch(target.parent) as folder:
        alone = _alone(cut, shot, folder)
        picture = folder / "picture.mp4"
        encode_shot(alone, alone.shots[0], picture)
        lay_stems(alone, Path(alone.sound.stems))
        mix_sound(alone, Path(alone.sound.mix))
        join(
            [picture],
            rate=alone.delivery.rate,
            sound=Path(alone.sound.mix),
            subtitles=None,
            language=alone.sound.language,
            chapters=[],
            metadata={"title": f"{cut.title}: {shot.id}", "description": describe([shot], Score())},
            audio_bitrate=alone.delivery.audio_bitrate,
            target=target,
        )
    show(target, playable_path(cut, shot))


def show(made: Path, playable: Path) -> None:
    """Let the name without a key show a film, if that is made."""
    if made.exists() and not (playable.exists() and made.samefile(playable)):
        link(made, playable)


def _alone(cut: Cut, shot: CutShot, folder: Path) -> Cut:
    """The cut of a film that is this shot."""
    sound = replace(
        cut.sound,
        stretches=(),
        fade_in=0,
        fade_out=0,
        heard="",
        captions="",
        stems=str(folder / "stems" / "stems.json"),
        mix=str(folder / "mix.wav"),
    )
    return replace(cut, shots=(replace(shot, passage=Passage("cut"), head=0),), sound=sound)
