"""Which move the camera makes, read from the storyboard's ``camera`` field or else from the prompt."""

# ruff: noqa: E501 - a pattern and its move are one row, as a table is

import re
from dataclasses import dataclass
from typing import Literal

MoveKind = Literal[
    "static",
    "push",
    "pull",
    "pan_left",
    "pan_right",
    "tilt_up",
    "tilt_down",
    "orbit",
    "crane_up",
    "crane_down",
    "track_left",
    "track_right",
    "handheld",
]


@dataclass(frozen=True)
class CameraMove:
    """A move and how much of it: 0.6 is slow, 1 is normal, 1.6 is fast."""

    kind: MoveKind
    strength: float = 1.0


_LEFT = r"(?:\s+\w+){0,3}?\s+(?:to\s+(?:the\s+)?)?left(?:wards?)?"
_UP = r"(?:\s+\w+){0,2}?\s+(?:up(?:wards?)?)"
_DOWN = r"(?:\s+\w+){0,2}?\s+(?:down(?:wards?)?)"

# Read in this order: a direction that is written out wins over the bare name of a move.
_FIELD_PATTERNS: tuple[tuple[str, MoveKind], ...] = (
    (r"static|locked(?:[- ]off)?|lock[- ]off|tripod|fixed|still|none|no (?:camera )?(?:move|movement|motion)", "static"),
    (r"hand[- ]?held|shaky|documentary", "handheld"),
    (rf"(?:track|tracking|truck|trucking|slid(?:e|es|ing)|dolly|lateral){_LEFT}|left(?:ward)? (?:track|truck|slide)", "track_left"),
    (rf"(?:pan|pans|panning|whip[- ]?pan){_LEFT}|left(?:ward)? pan|pan[- ]left", "pan_left"),
    (rf"(?:crane|cranes|craning|boom|jib|pedestal|ris(?:e|es|ing)|drone ris\w*){_DOWN}|descend(?:s|ing)?|crane[- ]down|lower(?:s|ing)", "crane_down"),
    (rf"(?:tilt|tilts|tilting){_DOWN}|tilt[- ]down|look(?:s|ing)? down", "tilt_down"),
    (rf"(?:tilt|tilts|tilting){_UP}|tilt(?:s|ing)?|look(?:s|ing)? up", "tilt_up"),
    (r"orbit(?:s|ing)?|arc(?:s|ing)?|circl(?:e|es|ing)|revolv(?:e|es|ing)|rotat(?:e|es|ing)|around|turntable|parallax", "orbit"),
    (r"crane(?:s)?|craning|boom|jib|pedestal|ris(?:e|es|ing)|ascend(?:s|ing)?|lift(?:s|ing)?", "crane_up"),
    (r"pull(?:s|ing)?(?:[- ](?:back|out|away))?|(?:dolly|zoom|track|move)(?:s|ing)?[- ](?:out|back|away)|retreat(?:s|ing)?|reveal(?:s|ing)?|withdraw(?:s|ing)?", "pull"),
    (r"(?:track|tracking|truck|trucking|slid(?:e|es|ing)|lateral|follow(?:s|ing)?|alongside)(?! (?:in|forward)\b)", "track_right"),
    (r"pan(?:s|ning)?|whip[- ]?pan|sweep(?:s|ing)?", "pan_right"),
    (r"push(?:es|ing)?(?:[- ]in)?|dolly(?:ing)?|zoom(?:s|ing)?|track(?:ing|s)? (?:in|forward)|forward|creep(?:s|ing)?|approach(?:es|ing)?|fly[- ]?(?:over|through|in)|flies|glid(?:e|es|ing)|drift(?:s|ing)?|macro|slow[- ]motion", "push"),
)  # fmt: skip

# In a prompt the same words often mean the subject ("a crane lifts a hull", "a ship rising"), so a
# move is believed only where the camera, or a term that only camera people use, is named.
_CAMERA_CLAUSE = re.compile(r"\b(?:camera|lens|viewpoint|view|shot)\b([^.;:]*)", re.IGNORECASE)
_PROMPT_PATTERNS: tuple[tuple[str, MoveKind], ...] = (
    (r"static (?:shot|camera|frame)|locked[- ]off|tripod shot|fixed camera", "static"),
    (r"hand[- ]?held", "handheld"),
    (rf"(?:tracking|truck(?:ing)?)(?: shot)?{_LEFT}", "track_left"),
    (rf"(?:pan|pans|panning){_LEFT}", "pan_left"),
    (rf"tilt(?:s|ing)?{_DOWN}", "tilt_down"),
    (r"tilt(?:s|ing)? up(?:wards?)?|tilt shot", "tilt_up"),
    (r"crane down|descending (?:crane|aerial|drone) shot", "crane_down"),
    (r"crane (?:shot|up)|rising (?:crane|aerial|drone|camera) ?(?:shot)?|jib shot|boom up", "crane_up"),
    (r"orbit(?:s|ing)? (?:shot|around|camera|move)|arc shot|turntable", "orbit"),
    (r"pull(?:s|ing)?[- ](?:back|out)|(?:dolly|zoom)(?:s|ing)?[- ](?:out|back)", "pull"),
    (r"tracking shot|trucking shot|truck right|slider shot", "track_right"),
    (r"pan(?:s|ning)? (?:right|across|to the right|shot)|slow pan|(?:pan|panning) shot|whip pan", "pan_right"),
    (r"push(?:es|ing)?[- ]in|dolly(?:ing|s)?[- ]in|zoom(?:s|ing)?[- ]in|dolly shot", "push"),
)  # fmt: skip

_NEGATED = re.compile(r"\b(?:no|not|without|never|don't)\s+(?:a\s+|any\s+)?(?:camera\s+)?", re.IGNORECASE)
_SLOW = re.compile(
    r"\b(?:slow(?:ly)?|gentl[ey]|subtl[ey]|soft(?:ly)?|calm(?:ly)?|slight(?:ly)?|creep\w*)\b", re.I
)
_FAST = re.compile(
    r"\b(?:fast|quick(?:ly)?|rapid(?:ly)?|swift(?:ly)?|whip|dramatic(?:ally)?|crash|rush\w*)\b", re.I
)


def _first_match(text: str, patterns: tuple[tuple[str, MoveKind], ...]) -> MoveKind | None:
    for pattern, kind in patterns:
        for match in re.finditer(rf"\b(?:{pattern})\b", text, re.IGNORECASE):
            before = text[max(0, match.start() - 20) : match.start()]
            negation = list(_NEGATED.finditer(before))
            if not negation or negation[-1].end() != len(before):
                return kind
    return None


def _strength(text: str, normal: float) -> float:
    if _SLOW.search(text):
        return 0.6
    return 1.6 if _FAST.search(text) else normal


def parse_camera(camera: str, prompt: str) -> CameraMove:
    """The move that a shot makes. The field wins over the prompt; silence means a gentle push.

    Pans, tracks, tilts and cranes without a direction go right, right, up and up.
    """
    field = camera.replace("_", " ").strip()
    if field:
        kind = _first_match(field, _FIELD_PATTERNS)
        if kind:
            return CameraMove(kind, _strength(field, 1.0))
    kind = _first_match(prompt, _PROMPT_PATTERNS)
    if kind:
        return CameraMove(kind, _strength(prompt, 1.0))
    for clause in _CAMERA_CLAUSE.findall(prompt):
        kind = _first_match(clause, _FIELD_PATTERNS)
        if kind:
            return CameraMove(kind, _strength(clause, 1.0))
    return CameraMove("push", 0.6)


def knows(camera: str) -> bool:
    """Whether a ``camera`` field names a move that is known."""
    return _first_match(camera.replace("_", " ").strip(), _FIELD_PATTERNS) is not None
