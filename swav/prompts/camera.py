"""Does a prompt name a camera, and which calm camera suits one that does not?"""

import re

from swav.prompts.vocabulary import INTERIOR, LANDSCAPE, PEOPLE, SEEN_FROM_ABOVE, VESSEL, has

_MOVE = re.compile(
    r"\b(?:push(?:es|ing)?[ -](?:in|out|towards?|forward)|pull(?:s|ing)?[ -](?:back|out|away)|"
    r"doll(?:y|ies|ying)|"
    r"pan(?:s|ning) (?:left|right|across|over|up|down|along|from|to|slowly)|(?:slow|slowly|gentle|"
    r"camera|whip) pan(?:s|ning)?|"
    r"pan (?:left|right|across|over|along|shot|from|to|of the)|panning|"
    r"tilt(?:s|ing)? (?:up|down|shot|upwards?|downwards?)|(?:slow|camera) tilts?|zoom(?:s|"
    r"ing)?(?:[ -](?:in|out|shot|on|to|lens))?|"
    r"orbit(?:ing)? shot|orbit around|orbiting (?:around|camera)|(?:slow|slowly|gentle|camera|"
    r"smooth) orbit(?:s|ing)?|"
    r"(?:360|arc)[ -](?:degree|shot)|crane (?:shot|up|down|move)|(?:slow|camera|rising) crane "
    r"(?:up|down|shot)|jib shot|"
    r"tracking(?: shot| alongside| camera)|truck(?:ing)? (?:left|right|shot)|trucking shot|"
    r"follow(?:ing)? shot|steadicam|gimbal|"
    r"hand-?held|static(?: camera| shot| frame| wide| view)|locked[ -]?off|fixed camera|still camera|camera|"
    r"fly[ -]?(?:through|over|by) (?:shot|of)|flyover|fly-through|drone (?:shot|footage|view|"
    r"flight over|video)|aerial tracking|time-?lapse)\b",
    re.IGNORECASE,
)
_FRAMING = re.compile(
    r"\b(?:(?:extreme |medium )?close[ -]?ups?|(?:extreme |very )?(?:wide|long|medium|full|"
    r"establishing|two|macro|detail|insert|"
    r"overhead|top[ -]down|low[ -]angle|high[ -]angle|eye[ -]level|point[ -]of[ -]view|pov|"
    r"reverse|cowboy|master|beauty|hero|profile|"
    r"over[ -]the[ -]shoulder)[ -](?:angle )?(?:shot|view|framing)|wide[ -]angle|low[ -]angle|"
    r"high[ -]angle|dutch angle|"
    r"bird'?s[ -]eye|worm'?s[ -]eye|top[ -]down|pov|panoramic (?:view|shot)|first[ -]person|macro|"
    r"aerial (?:view|shot|footage|photo\w*|perspective|panorama|wide|image|establishing|drift)|"
    r"from (?:above|overhead|the air)|"
    r"seen from (?:above|below|the air|a drone|a helicopter)|shot (?:from|through)|viewed from)\b|"
    r"\A\W*aerial\b(?! (?:drone|vehicle))",
    re.IGNORECASE,
)
_OTHER_LANGUAGES = re.compile(
    r"kamera|caméra|cámara|câmera|telecamera|камер|nahaufnahme|luftaufnahme|totale\b|gros plan|"
    r"plan large|travelling|"
    r"vue aérienne|primer plano|plano general|vista aérea|primo piano|"
    r"镜头|航拍|特写|俯瞰|推近|拉远|全景|远景|近景|カメラ|空撮|"
    r"クローズアップ|카메라|कैमरा|क्लोज|كاميرا|لقطة|கேமரா",
    re.IGNORECASE,
)
_HINTS = frozenset(
    [
        "push",
        "pull",
        "doll",
        "pan",
        "tilt",
        "zoom",
        "orbit",
        "arc",
        "360",
        "crane",
        "jib",
        "track",
        "truck",
        "follow",
        "steadicam",
        "gimbal",
        "hand",
        "static",
        "locked",
        "fixed",
        "still",
        "camera",
        "fly",
        "drone",
        "aerial",
        "lapse",
        "close",
        "shot",
        "view",
        "angle",
        "eye",
        "top",
        "pov",
        "first",
        "macro",
        "from",
        "framing",
    ]
)
_HINT = re.compile("|".join(sorted(_HINTS)))

# What the shot's camera field says for short, in the words that models were trained on.
_IN_FULL = {
    "push": "slow push in",
    "push in": "slow push in",
    "pull": "slow pull back",
    "pull back": "slow pull back",
    "pull out": "slow pull back",
    "pan": "slow pan across the scene",
    "pan left": "slow pan left",
    "pan right": "slow pan right",
    "tilt": "slow tilt up",
    "tilt up": "slow tilt up",
    "tilt down": "slow tilt down",
    "orbit": "slow orbit around the subject",
    "crane": "rising crane shot",
    "crane up": "rising crane shot",
    "crane down": "descending crane shot",
    "static": "static camera",
    "still": "static camera",
    "aerial": "slow aerial drone shot",
    "track": "smooth tracking shot",
    "tracking": "smooth tracking shot",
    "handheld": "handheld camera",
    "zoom": "slow zoom in",
}


def phrase(field: str) -> str:
    """The shot's camera field as a phrase for a prompt: ``push`` is a "slow push in"."""
    bare = field.strip().rstrip(".,; ")
    return _IN_FULL.get(bare.lower(), bare)


def kinds(text: str) -> frozenset[str]:
    """What of a camera the text names: "move", "framing", both or nothing.

    A harbour crane, a tilted head, a satellite in orbit and an unmanned aerial vehicle are no cameras.
    """
    if not text.isascii() and _OTHER_LANGUAGES.search(text):
        return frozenset(("move", "framing"))
    if not _HINT.search(text.lower()):
        return frozenset(("move", "framing")) if _OTHER_LANGUAGES.search(text) else frozenset()
    found = (("move", _MOVE), ("framing", _FRAMING))
    named = frozenset(name for name, pattern in found if pattern.search(text))
    return named or (frozenset(("move", "framing")) if _OTHER_LANGUAGES.search(text) else named)


def fitting(words: frozenset[str]) -> str:
    """A calm camera for what the prompt shows, from its words in small letters."""
    if has(words, INTERIOR):
        return "slow push in"
    if has(words, SEEN_FROM_ABOVE):
        return "slow aerial drone shot"
    if has(words, PEOPLE):
        return "slow push in"
    if has(words, VESSEL):
        return "smooth tracking shot"
    if has(words, LANDSCAPE):
        return "slow pan across the scene"
    return "static camera"
