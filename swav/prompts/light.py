"""Does a prompt name its light, and which light suits one that does not?"""

import re

from swav.prompts.vocabulary import INTERIOR, has

# A light cruiser, a light breeze and a lighthouse shed no light that a model could paint.
_LIGHT = re.compile(
    r"\b(?:light(?!ship|house|weight|ning rod|[ -](?:aircraft|cruisers?|rain|breeze|winds?|weight|"
    r"frigate|craft|tanks?|sea|swell|"
    r"house|vessel|ship|duty|boat|snow|fog|traffic|armou?r|carrier))(?:s|ing|ed)?|lit|"
    r"(?:sun|moon|star|back|day|candle|lamp|fire|flood|spot|torch|rim|head|search|sky|under|gas|"
    r"flash|stage|key|top|street|"
    r"side|neon|over|low|dim|soft|twi)-?(?:light|lit)(?:s|ing)?|sun(?:ny|shine|beams?|set|rise|"
    r"rays?)?|(?:golden|blue|magic) hour|moonbeams?|glow(?:s|ing)?|"
    r"gleam(?:s|ing)?|neon|lamps?|lanterns?|shadows?|silhouett\w+|overcast|backlighting|"
    r"chiaroscuro|high-key|low-key|"
    r"volumetric|god ?rays|fluorescent|luminous|bioluminescent|illuminat\w+|candles?|fireworks|"
    r"flares?|lightning|glare|"
    r"incandescent|tungsten|spotlights?)\b",
    re.IGNORECASE,
)
_OTHER_LANGUAGES = re.compile(
    r"licht|lumière|éclair|luz|luce|свет|光|照明|빛|조명|प्रकाश|रोशनी|ضوء|إضاءة|ஒளி|sonnen|soleil",
    re.IGNORECASE,
)
_HINT = re.compile(
    r"li[tg]|sun|hour|moon|glow|gleam|neon|lamp|lantern|shadow|silhouet|overcast|chiaro|key|volum|"
    r"ray|fluor|lumin|candle|"
    r"firewo|flare|glare|incand|tungsten"
)

_BY_TIME = (
    (frozenset(["night", "nighttime", "midnight", "nocturnal"]), "moonlight and warm practical lamps"),
    (frozenset(["dawn", "daybreak"]), "soft dawn light on the horizon"),
    (frozenset(["dusk", "twilight", "evening", "nightfall"]), "fading blue dusk light"),
    (frozenset(["morning"]), "low, clear morning light"),
    (frozenset(["noon", "midday"]), "high, clear midday sunlight"),
)
_BY_PLACE = (
    (
        frozenset(["underwater", "submerged", "seabed", "undersea", "seafloor", "reef", "abyss"]),
        "shafts of light from the surface",
    ),
    (frozenset(["space", "orbit", "satellite", "satellites", "asteroid"]), "hard sunlight against black"),
    (
        frozenset(
            [
                "laboratory",
                "lab",
                "simulator",
                "simulators",
                "server",
                "servers",
                "console",
                "consoles",
                "screens",
                "cockpit",
            ]
        ),
        "cool, soft overhead light and the glow of screens",
    ),
    (
        frozenset(["hangar", "factory", "warehouse", "shipyard", "drydock", "foundry"]),
        "daylight from high windows",
    ),
    (INTERIOR, "soft window light"),
    (
        frozenset(["storm", "stormy", "gale", "tempest", "squall", "thunderstorm", "hurricane", "typhoon"]),
        "low grey storm light",
    ),
    (frozenset(["fog", "foggy", "mist", "misty", "haze", "hazy"]), "pale light diffused by haze"),
)
_OTHERWISE = "soft natural light"


def names_light(text: str) -> bool:
    """Does the text say what light there is? An hour of the day alone does not: it chooses what is added."""
    if _HINT.search(text.lower()) and _LIGHT.search(text):
        return True
    return _OTHER_LANGUAGES.search(text) is not None


def fitting(words: frozenset[str]) -> str:
    """Light for the prompt's hour first, then for its place, from its words in small letters."""
    for named, light in _BY_TIME:
        if has(words, named):
            return light
    for named, light in _BY_PLACE:
        if has(words, named):
            return light
    return _OTHERWISE
