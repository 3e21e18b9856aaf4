"""What each file of a cut is made from, among what the build makes itself: for the rules, and for their jobs.

A rule declares these files, and the job reads their bytes' digests before it reads them. Paths, in the order
in which they are used.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from swav.cut import paths
from swav.cut.early import decides
from swav.cut.model import Cut
from swav.cut.shot import CutShot, EarlyLooks
from swav.engines import is_made_here

_MADE = "_files_that_rules_make"


def followed(shot: CutShot) -> list[str]:
    """The line that decides how long a shot's take is, if one does."""
    return [] if shot.request.length.known or shot.narration is None else [shot.narration.path]


def all_followed(cut: Cut) -> list[str]:
    """The lines that decide how long the reel is."""
    return [path for shot in cut.shots for path in followed(shot)]


def of_clip(cut: Cut, shot: CutShot) -> list[str]:
    """What a take is made from: what the build makes itself, keyframes too, and the line that it follows."""
    stand_in = shot.fallback.request.source if shot.fallback else None
    if shot.hold:
        return []  # its take is there
    request = shot.request
    named = (request.source, stand_in, request.first_frame, request.last_frame)
    used = [source for source in named if source]
    made = [source.path for source in used if is_made_here(source.content)] + followed(shot)
    return [*made, *([shot.early.comparison] if decides(shot) else [])]


def of_look(cut: Cut, shot: CutShot) -> list[str]:
    """What an early look at a take is made from: what the take is."""
    return of_clip(cut, replace(shot.early.of(shot), early=None, fallback=None))


def of_comparison(cut: Cut, shot: CutShot) -> list[str]:
    """The early looks that are compared, and the line that their takes follow."""
    return [*shot.early.looks, *followed(shot)]


def to_choose(cut: Cut) -> list[str]:
    """What somebody looks at who has to choose takes."""
    return [shot.early.comparison for shot in cut.shots if shot.early and shot.early.waits]


def of_keyframe(cut: Cut, shot: CutShot) -> list[str]:
    """What the pictures of a shot are drawn after, as far as the build makes that itself."""
    references = (source for picture in shot.drawn for source in picture.request.references)
    return [source.path for source in references if is_made_here(source.content)]


def of_continuation(cut: Cut, shot: CutShot) -> list[str]:
    """The takes from which a shot's frames are handed over, and the lines that decide where they end."""
    others = [cut.shot(item.shot) for item in shot.continued.values()]
    return list(dict.fromkeys(path for other in others for path in (other.clip, *followed(other))))


def of_verdict(cut: Cut, shot: CutShot) -> list[str]:
    """What a shot is judged by: its clip, which is there when its takes are."""
    return [shot.clip, *followed(shot)]


def of_motion(cut: Cut, shot: CutShot) -> list[str]:
    """The shot's clip, and the line that it follows."""
    return [shot.clip, *followed(shot)]


def of_finish(cut: Cut, shot: CutShot) -> list[str]:
    """The shot's clip, at the reel's rate, and the line that it follows."""
    return list(dict.fromkeys([shot.retimed, *followed(shot)]))


def of_segment(cut: Cut, shot: CutShot) -> list[str]:
    """The shot's clip, at the reel's rate, and its lettering."""
    return list(dict.fromkeys([shot.shown, *(item.path for item in shot.overlays), *followed(shot)]))


def of_transition(cut: Cut, shot: CutShot) -> list[str]:
    """Both its neighbours."""
    return list(dict.fromkeys(of_segment(cut, shot) + of_segment(cut, cut.after(shot))))


def of_one_shot(cut: Cut, shot: CutShot) -> list[str]:
    """What the film of one shot is made from: its take, its lettering, its line, its sounds."""
    line = [shot.narration.path] if shot.narration else []
    choose = [shot.early.comparison] if shot.early and shot.early.waits else []
    return list(dict.fromkeys([*of_segment(cut, shot), *line, *_made_effects(shot), *choose]))


def _made_effects(shot: CutShot) -> list[str]:
    """What the build makes itself of what sounds in a shot: effects, and its ambience."""
    sounds = [*shot.effects, *([shot.ambience.recording] if shot.ambience else [])]
    return [sound.file for sound in sounds if is_made_here(sound.content)]


def of_heard(cut: Cut) -> list[str]:
    """The spoken lines."""
    return cut.narrations()


def of_captions(cut: Cut) -> list[str]:
    """The spoken lines, and when each word was heard."""
    return cut.narrations() + [path for path in (cut.sound.heard,) if path]


def of_stems(cut: Cut) -> list[str]:
    """All that sounds: lines, music, effects that the build makes itself."""
    music = list(cut.sound.beds)
    files = (stretch.recording for stretch in cut.sound.stretches if stretch.recording)
    music += [recording.file for recording in files if is_made_here(recording.content)]
    made = [file for shot in cut.shots for file in _made_effects(shot)]
    return list(dict.fromkeys(cut.narrations() + music + made))


def of_mix(cut: Cut) -> list[str]:
    """The stems, and the lines that decide how long the reel is."""
    return [*stems(cut), *all_followed(cut)]


def of_reel(cut: Cut) -> list[str]:
    """All that is joined: pictures, sound, subtitles."""
    sound = [path for path in (cut.sound.mix, cut.sound.captions) if path]
    return cut.pieces() + sound + all_followed(cut)


def part_quality(part: str | Path) -> Path:
    """Where lies what was measured of a part of the reel: of a piece, of the mix, or of a spoken line."""
    return Path(part).with_suffix(paths.PART)


def part_qualities(cut: Cut) -> list[Path]:
    """The same of all parts of a reel."""
    return [*map(Path, _part_qualities(cut))]


def _part_qualities(cut: Cut) -> list[str]:
    return [paths.beside(part, paths.PART) for part in (*cut.pieces(), cut.sound.mix, *cut.narrations())]


def middles(cut: Cut) -> list[Path]:
    """Where lies the middle frame of each shot, small, as the contact sheet of the reel shows it."""
    return [*map(Path, _middles(cut))]


def _middles(cut: Cut) -> list[str]:
    return [paths.beside(shot.segment, paths.MIDDLE) for shot in cut.shots]


def encoded_mix(mix: str | Path) -> Path:
    """Where a mix lies as the reel has it, encoded."""
    return Path(mix).with_suffix(paths.ENCODED_SUFFIX)


def of_admission(cut: Cut) -> list[str]:
    """What the reel is judged by."""
    heard = [path for path in (cut.sound.heard,) if path]
    return [*(shot.verdict for shot in cut.shots), *heard, *cut.narrations(), cut.reel, *captions(cut)]


def of_burned(cut: Cut) -> list[str]:
    """The reel, and what its subtitles are made from."""
    return [cut.reel, *of_captions(cut), *all_followed(cut)]


def of_burned_delivery(cut: Cut) -> list[str]:
    """The film with its subtitles in the picture, and what lets it be delivered."""
    return [cut.burned, cut.judging.admission]


def of_delivery(cut: Cut) -> list[str]:
    """What is delivered, and what lets it be."""
    master = [cut.master] if cut.master else []
    return [*master, cut.reel, *captions(cut), *admitted(cut), *to_choose(cut)]


def admitted(cut: Cut) -> list[str]:
    """The admission of the reel, and what people look at then: the contact sheet and the page of verdicts."""
    return [str(Path(cut.judging.admission).with_suffix(suffix)) for suffix in (".json", ".jpg", ".html")]


def of_master(cut: Cut) -> list[str]:
    """The reel, its mix, and what lets it be delivered: no master is encoded of a film that is refused."""
    return [cut.reel, cut.sound.mix, cut.judging.admission]


def of_hand_off(cut: Cut) -> list[str]:
    """What an editing program is given: takes, lettering, stems, subtitles, and verdicts for its markers."""
    pictures = [path for shot in cut.shots for path in (shot.shown, shot.verdict)]
    lettering = [item.path for shot in cut.shots for item in shot.overlays]
    return list(dict.fromkeys([*pictures, *lettering, *stems(cut), *captions(cut), *all_followed(cut)]))


def stems(cut: Cut) -> list[str]:
    """The list of stems, and a file for everything that sounds, be it silent."""
    sounding = {
        "dialogue": any(shot.narration for shot in cut.shots),
        "music": bool(cut.sound.stretches),
        "effects": any(not effect.own for shot in cut.shots for effect in shot.effects),
        "ambience": any(shot.ambience for shot in cut.shots),
        "footage": any(effect.own for shot in cut.shots for effect in shot.effects),
    }
    folder = Path(cut.sound.stems).parent
    return [cut.sound.stems, *(str(folder / f"{name}.wav") for name, sounds in sounding.items() if sounds)]


def captions(cut: Cut) -> list[str]:
    """The subtitles in both forms; none where nobody speaks."""
    srt = cut.sound.captions
    return [srt, str(Path(srt).with_suffix(".vtt"))] if srt else []


def made_with(cut: Cut, file: str) -> list[str]:
    """All that the job makes that makes a file."""
    return next((files for files in made_together(cut) if file in files), [file])


def made_together(cut: Cut) -> tuple[list[str], ...]:
    """Files that one job makes, for every job that makes several."""
    compared = (_compared(shot.early) for shot in cut.shots if shot.early)
    return captions(cut), stems(cut), admitted(cut), *compared


def _looked_at(shot: CutShot) -> list[str]:
    """The early looks at a shot's takes, and what compares them; none where nothing is decided by them."""
    early = shot.early
    return [*early.looks, *_compared(early)] if early and (early.waits or decides(shot)) else []


def _compared(early: EarlyLooks) -> list[str]:
    """The order in which looks put the takes of a shot, and the looks side by side."""
    return [early.comparison, early.sheet]


def made(cut: Cut) -> Mapping[str, str]:
    """Every file that rules make of a cut, with the shot that it is of; empty for the whole reel's.

    Found once for each cut, beside whose fields it stays.
    """
    found = vars(cut).get(_MADE)
    if found is None:
        found = vars(cut)[_MADE] = MappingProxyType(_made(cut))
    return found


def _made(cut: Cut) -> dict[str, str]:
    found = {}
    for shot in cut.shots:
        lines = [shot.narration.path] if shot.narration else []
        passage = [shot.passage.path] if shot.passage.path else []
        lettering = [item.path for item in shot.overlays]
        for path in (
            *of_keyframe(cut, shot),
            *(picture.path for picture in shot.drawn),
            *(picture.path for picture in shot.keyframes if picture.continues),
            *of_clip(cut, shot),
            *_looked_at(shot),
            *lines,
            shot.clip,
            shot.verdict,
            shot.retimed,
            shot.shown,
            *lettering,
            shot.segment,
            *passage,
        ):
            found[path] = shot.id
    found |= dict.fromkeys((path for path in of_stems(cut) if path not in found), "")
    heard = [path for path in (cut.sound.heard,) if path]
    reel = [*stems(cut), cut.sound.mix, *heard, *captions(cut), cut.reel, *admitted(cut)]
    reel += [cut.master] if cut.master else [cut.burned]
    measured = [paths.REEL_QUALITY.format(build=cut.build, key=Path(cut.reel).stem)]
    measured += [*_part_qualities(cut), *_middles(cut), str(encoded_mix(cut.sound.mix))]
    return found | dict.fromkeys(reel, "") | dict.fromkeys(measured, "")
