"""Under which licences a reel's voices and music are: said by plan and report, never asked in a build."""

from swav.cut.model import Cut
from swav.speech.voices import voice_for

_SAMPLED = "music: sampled instruments (TimGM6mb, GPL-2.0)"


def licences(cut: Cut) -> list[str]:
    """A line for each voice that speaks, and for who plays."""
    lines = (shot.narration for shot in cut.shots if shot.narration)
    voices = (voice_for(line.engine, line.language, line.speaker) for line in lines)
    said = [f"voice: {voice.description} ({voice.licence})" for voice in voices]
    if cut.sound.music_engine == "musicgen":
        from swav.music.musicgen import LICENCE

        said.append(f"music: MusicGen ({LICENCE})")
    elif cut.sound.music_engine:
        said.append(_SAMPLED)
    return list(dict.fromkeys(said))
