"""Under which licences a reel's voices and music are: said by plan and report, never asked in a build."""

from swav.cut.model import Cut
from swav.music.players import player
from swav.speech.voices import voice_for


def licences(cut: Cut) -> list[str]:
    """A line for each voice that speaks, and for who plays."""
    lines = (shot.narration for shot in cut.shots if shot.narration and not shot.narration.recorded)
    voices = (voice_for(line.engine, line.language, line.speaker) for line in lines)
    said = [f"voice: {voice.description} ({voice.licence})" for voice in voices]
    if cut.sound.music_engine:
        plays = player(cut.sound.music_engine)
        said.append(f"music: {plays.title} ({plays.licence})")
    return list(dict.fromkeys(said))
