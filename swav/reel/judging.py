"""The steps that judge: each shot's takes as soon as they exist, and the reel before it is delivered."""

from functools import partial
from pathlib import Path
from typing import Any

from swav import recipes
from swav.cut import paths
from swav.cut.candidates import JudgedTake, TakeSelection, gone, may_hold, measured, select_take, takes_of
from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.cut.sounds import Narration
from swav.cut.takes import take_path
from swav.cut.timeline import timeline
from swav.engines import engines
from swav.errors import Damaged, SwavError
from swav.files import read_json, write_json
from swav.quality.gauges.signature import nearest
from swav.quality.judge import judge
from swav.quality.kept import once
from swav.quality.limits import Limits
from swav.quality.verdict import SEGMENT, Verdict
from swav.reel.measuring import known_groups, measured_line, measured_segment, measured_sound
from swav.reel.verdict_files import findings_path, shot_verdict
from swav.times import to_seconds

REWORD = "write it as it is said, help with lexicon:, choose another voice or its language"
RECORD_AGAIN = "record it again"
"""What to do about a line that was heard otherwise: one that a voice spoke, and one that somebody did."""


def judge_shot(cut: Cut, shot: CutShot, target: Path) -> None:
    """Judge the takes of a shot by today's limits, and write the verdict; fail and warn come with a picture.

    Takes that were measured before are judged without being decoded. Raises MediaError, and writes nothing,
    where one that has to be judged is not there.
    """
    takes = {take.key: take for take in takes_of(cut, shot)}
    selection = select_take(cut, shot, lambda key: measured(cut, takes[key]))
    if selection.chosen and not (clip := take_path(cut.build, selection.chosen.take.key)).exists():
        raise gone(selection.chosen.take.number, clip)
    write_json(target, _verdict(cut, shot, selection, target))


def _verdict(cut: Cut, shot: CutShot, selection: TakeSelection, target: Path) -> dict[str, Any]:
    chosen = selection.chosen
    return {
        "shot": shot.id,
        "engine": shot.engine,
        "status": chosen.verdict.status if chosen else "fail",
        "chosen": chosen.take.number if chosen else None,
        "fallback": shot.fallback.engine if selection.fallback else None,
        "takes": [_take(cut, judged, target) for judged in selection.judged],
    }


def _take(cut: Cut, judged: JudgedTake, target: Path) -> dict[str, Any]:
    take, verdict = judged.take, judged.verdict
    clip = take_path(cut.build, take.key)
    worst = verdict.worst
    picture = ""
    if worst is not None and worst.frames and worst.gate != "form" and clip.exists():
        from swav.quality.thumbnail import thumbnail

        shown = target.with_name(f"{target.stem}-take{take.number}.jpg")
        thumbnail(clip, worst.frames[0], shown)
        picture = str(shown)
    return {
        "number": take.number,
        "seed": take.request.seed,
        "key": take.key,
        "clip": str(clip),
        "picture": picture,
        **verdict.plain(),
    }


def admit(cut: Cut, target: Path) -> None:
    """Let the reel be delivered, or say in one sentence a shot why not.

    The admission holds every verdict: of the shots, of takes that look alike, of the speech and of the reel.
    Where it is refused, they lie beside it as findings, for people; no rule asks for those.
    """
    shots = {shot.id: read_json(shot.verdict, shot_verdict) for shot in cut.shots}
    found = {
        "shots": shots,
        "segments": _segments(cut),
        "alike": _alike(cut, shots),
        "speech": _speech(cut),
        "reel": _reel(cut).plain(),
    }
    refusals = [refusal for shot in cut.shots if (refusal := _refusal(shot, shots[shot.id]))]
    refusals += _failed(cut, found["segments"], "", "")  # the gate itself says what to do
    refusals += _failed(cut, found["alike"], "", "edit one of the two prompts or seeds")
    for recorded, remedy in ((False, REWORD), (True, RECORD_AGAIN)):
        lines = [s.id for s in cut.shots if s.narration and s.narration.recorded == recorded]
        spoken = {shot: plain for shot, plain in found["speech"].items() if shot in lines}
        refusals += _failed(cut, spoken, "the narration: ", remedy)
    if found["reel"]["status"] == "fail":
        refusals.append(f"the reel: {Verdict.read(found['reel']).worst.sentence}")
    findings = findings_path(target)
    if refusals:
        write_json(findings, {"admitted": False, "refusals": refusals, **found})
        target.unlink(missing_ok=True)  # one that was made anew may fail where the one before it passed
        look = f"{cut.reel} is the reel as it would be; swav report shows every verdict"
        raise SwavError("\n".join([*refusals, look]))
    write_json(target, {"admitted": True, "refusals": [], **found})
    findings.unlink(missing_ok=True)


def _refusal(shot: CutShot, verdict: dict[str, Any]) -> str:
    """Why a shot keeps the reel from being delivered; empty where it does not."""
    if verdict["status"] != "fail" or verdict["fallback"] or shot.pinned or shot.on_fail != "stop":
        return ""
    count = len(verdict["takes"])
    chosen = next(take for take in verdict["takes"] if take["number"] == verdict["chosen"])
    worst = Verdict.read(chosen).worst
    which = "its take" if count == 1 else f"each of its {count} takes"
    return (
        f"{shot.id}: {which} failed: {worst.sentence}; "
        "edit the prompt or the seed, allow more takes (takes: 3), pin one (take: 1), or set on_fail: warn"
    )


def _alike(cut: Cut, shots: dict[str, Any]) -> dict[str, Any]:
    """The verdict on each generated take that might be another shot's: every pair is compared once."""
    limits, signatures, found = Limits.model_validate(cut.judging.limits), {}, {}
    for shot in cut.shots:
        number = shots[shot.id]["chosen"]
        if shot.request.source is not None or engines()[shot.engine].designed or number is None:
            continue
        take = next(take for take in takes_of(cut, shot) if take.number == number)
        signature = measured(cut, take).get("signature")
        if not signature:
            continue
        if signatures:
            numbers = {"form": {"faults": []}, "gates": [], "duplicate": nearest(signature, signatures)}
            found[shot.id] = judge(numbers, limits).plain()
        signatures[shot.id] = signature
    return found


def _segments(cut: Cut) -> dict[str, Any]:
    """The verdict on what the reel shows of each shot whose frames may be held, at the reel's rate."""
    limits = Limits.model_validate(cut.judging.segment_limits)
    shots = filter(may_hold, cut.shots)
    return {shot.id: judge(_as_shown(cut, shot), limits).plain() for shot in shots}


def _as_shown(cut: Cut, shot: CutShot) -> dict[str, Any]:
    """What was measured of a segment, and whether its frames were to be made by interpolation: where some
    stand still all the same, other words are said of them."""
    found = measured_segment(cut, shot)
    told = {"interpolated": bool(shot.motion and shot.motion.how != "blend")}
    return found | {gate: found[gate] | told for gate in SEGMENT if gate in found}


def _speech(cut: Cut) -> dict[str, Any]:
    """The verdict on each line, by its shot."""
    if not cut.sound.heard:
        return {}
    from swav.hearing.listening import heard_lines
    from swav.quality.speech import judge_line
    from swav.quality.speech_limits import SpeechLimits

    limits = SpeechLimits.model_validate(cut.judging.speech_limits)
    heard = read_json(cut.sound.heard, heard_lines)

    def verdict(line: Narration) -> Verdict:
        said = {"lexicon": line.lexicon, "recorded": line.recorded}
        measured = measured_line(cut, line, heard[line.key])
        return judge_line(heard[line.key], measured, line.text, limits, **said)

    return {shot.id: verdict(shot.narration).plain() for shot in cut.shots if shot.narration}


def _failed(cut: Cut, verdicts: dict[str, Any], about: str, remedy: str) -> list[str]:
    """What keeps the reel from being delivered: verdicts that failed, of shots that stop it.

    ``remedy`` is empty where the gate's own sentence says one.
    """
    stopping = {shot.id for shot in cut.shots if shot.on_fail == "stop" and not shot.pinned}
    todo = f"; {remedy}" if remedy else ""
    return [
        f"{shot}: {about}{Verdict.read(plain).worst.sentence}{todo}, or set on_fail: warn"
        for shot, plain in verdicts.items()
        if plain["status"] == "fail" and shot in stopping
    ]


def _reel(cut: Cut) -> Verdict:
    """The verdict on the reel; one that was measured before is judged without being decoded."""
    from swav.media.decodes import can_be_read
    from swav.quality.joined import measure_joined
    from swav.quality.reel import judge_reel
    from swav.quality.reel_limits import ReelLimits

    reel, srt = Path(cut.reel), Path(cut.sound.captions) if cut.sound.captions else None
    file = Path(paths.REEL_QUALITY.format(build=cut.build, key=reel.stem))
    judged = partial(
        judge_reel,
        loudness=cut.sound.loudness,
        true_peak=cut.sound.true_peak,
        limits=ReelLimits.model_validate(cut.judging.reel_limits),
    )
    how = f"reel {recipes.REEL_MEASUREMENT}"
    kept_sound = partial(measured_sound, cut)
    measure_now = partial(measure_joined, reel, srt, _languages(cut), known_groups(cut), kept_sound)
    measured = once(file, how, measure_now, judged)
    if measured["faults"]:
        # A piece of which nobody wrote down what it is may have been damaged before it was joined.
        file.unlink()
        torn = [Path(piece) for piece in cut.pieces() if not can_be_read(Path(piece))]
        raise Damaged(reel, *torn)
    return judged(measured)


def _languages(cut: Cut) -> list[tuple[float, str]]:
    """From which second of the reel which language is spoken."""
    times = timeline(cut)
    lines = [(shot.narration, span) for shot, span in zip(cut.shots, times.spans, strict=True)]
    spoken = [(span.start + line.start, line.language) for line, span in lines if line]
    return [(float(to_seconds(start, times.rate)), language) for start, language in sorted(spoken)]
