"""Who speaks and plays: engines, languages and speakers that are there, and letters that a voice can say."""

from collections.abc import Collection

from swav.errors import EngineError
from swav.plugins import Plugins
from swav.storyboard.casting import Casting, cast
from swav.storyboard.check_reading import check_reading
from swav.storyboard.fields import Key
from swav.storyboard.findings import Findings
from swav.storyboard.model import Storyboard
from swav.storyboard.wording import found, unknown

Route = tuple[Key, ...]
_UNSAID = {"FIGURES": "figures", "CJK": "Chinese letters"}


def check_voices(board: Storyboard, findings: Findings) -> None:
    """Report voices and players that are not there, and lines that their voices cannot say."""
    from swav.music.players import plugins as players
    from swav.speech.voices import plugins as voices

    is_known(board.music.engine, ("music", "engine"), players(), findings, also=("none",))
    sound = {name: _check_named(board, name, voices(), findings) for name in board.voices}
    narrator = _check_narrator(board, voices(), findings)
    for index, shot in enumerate(board.shots):
        line, route = shot.narration, ("shots", index, "narration")
        if line is None or not findings.fits(*route):
            continue
        if line.voice is not None and line.voice not in board.voices:
            if not findings.fits("voices"):
                continue
            message = f"there is no voice {line.voice!r} in voices"
            findings.fault((*route, "voice"), *unknown(line.voice, board.voices, message, "voices"))
        elif narrator and (line.voice is None or sound[line.voice]):
            _check_line(board, index, findings)


def is_known(
    name: str, route: Route, plugins: Plugins, findings: Findings, also: Collection[str] = ()
) -> bool:
    """Whether an engine is one of those that can be used; else why not is a fault at ``route``."""
    if not findings.fits(*route):
        return False
    if name in plugins.usable or name in also:
        return True
    if name in plugins.broken:
        message, _, remedy = plugins.broken[name].partition("; ")
        findings.fault(route, message, remedy)
    else:
        choices = (*plugins.usable, *also)
        findings.fault(route, *unknown(name, choices, f"{found(name)} is not one of the choices", "choices"))
    return False


def _check_narrator(board: Storyboard, voices: Plugins, findings: Findings) -> bool:
    """Whether the narrator can speak; a notice where another engine does it in its language."""
    from swav.speech.voices import voice_for

    voice = board.voice
    if not findings.fits("voice", "language") or not is_known(
        voice.engine, ("voice", "engine"), voices, findings
    ):
        return False
    try:
        chosen = voice_for(voice.engine, voice.language, None)
    except EngineError as error:
        findings.fault(("voice", "language"), error.message, error.remedy)
        return False
    if chosen.fallback and any(shot.narration for shot in board.shots):
        message = f"{voice.engine} does not speak {voice.language}; {chosen.engine} stands in, more plainly"
        findings.notice(("voice", "language"), message)
    return _speaks(voice.engine, voice.language, voice.speaker, ("voice", "speaker"), findings)


def _check_named(board: Storyboard, name: str, voices: Plugins, findings: Findings) -> bool:
    """Whether a voice of the list can speak, as far as it says something of its own."""
    route, named = ("voices", name), board.voices[name]
    if not findings.fits(*route):
        return False
    if named.engine and not is_known(named.engine, (*route, "engine"), voices, findings):
        return False
    engine, language = named.engine or board.voice.engine, named.language or board.voice.language
    if engine not in voices.usable or not (named.language or named.speaker):
        return engine in voices.usable
    if not _speaks(engine, language, None, (*route, "language"), findings):
        return False
    return _speaks(engine, language, named.speaker, (*route, "speaker"), findings)


def _speaks(engine: str, language: str, speaker: str | None, route: Route, findings: Findings) -> bool:
    from swav.speech.voices import voice_for

    try:
        voice_for(engine, language, speaker)
    except EngineError as error:
        findings.fault(route, error.message, error.remedy)
        return False
    return True


def _check_line(board: Storyboard, index: int, findings: Findings) -> None:
    """A line's own language and speaker, and whether its voice can say its letters."""
    from swav.speech.voices import voice_for

    line, route = board.shots[index].narration, ("shots", index, "narration")
    check_reading(line.text, (*route, "text"), findings)
    asked = cast(board, line)
    if line.language and not _speaks(asked.engine, asked.language, None, (*route, "language"), findings):
        return
    if line.speaker and not _speaks(
        asked.engine, asked.language, line.speaker, (*route, "speaker"), findings
    ):
        return
    voice = voice_for(asked.engine, asked.language, None)
    if voice.fallback and (asked.engine, asked.language) != (board.voice.engine, board.voice.language):
        message = f"{asked.engine} does not speak {asked.language}; {voice.description} speaks this line"
        findings.notice(route, message)
    _check_letters(line.text, asked, voice.engine, (*route, "text"), findings)


def _check_letters(text: str, asked: Casting, engine: str, route: Route, findings: Findings) -> None:
    """Report letters of a script that the voice does not read, once the lexicon had its say."""
    from swav.speech.language_codes import language_name
    from swav.speech.lexicon import spoken
    from swav.speech.scripts import languages_of
    from swav.speech.voices import voice_engine

    words = spoken(text, asked.lexicon)
    letters = voice_engine(engine).unspeakable(words, asked.language)
    if not letters:
        return
    script, sample = next(iter(letters.items()))
    likely = languages_of(script)
    what = _UNSAID.get(script, f"{script.title()} letters")
    remedy = "write how it is said, or put it into the lexicon"
    if likely:
        own = f"narration: {{text: ..., language: {likely[0]}}}"
        remedy = f"give the line its language, {own}, or put the word into the lexicon"
    findings.fault(
        route,
        f"a voice for {language_name(asked.language)} cannot say {what}: {found(sample)}",
        remedy,
    )
