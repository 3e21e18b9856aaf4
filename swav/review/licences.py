"""Under which licences a reel's voices, music and networks are: said by plan and report, not in a build."""

from swav.cut.model import Cut
from swav.motion.interpolators import interpolator
from swav.music.players import player
from swav.speech.voices import voice_for


def licences(cut: Cut) -> list[str]:
    """A line for each voice that speaks, for who plays, and for networks that make frames."""
    lines = (shot.narration for shot in cut.shots if shot.narration and not shot.narration.recorded)
    voices = (voice_for(line.engine, line.language, line.speaker) for line in lines)
    said = [f"voice: {voice.description} ({voice.licence})" for voice in voices]
    if cut.sound.music_engine:
        plays = player(cut.sound.music_engine)
        said.append(f"music: {plays.title} ({plays.licence})")
    ways = (shot.motion.how for shot in cut.shots if shot.motion and shot.motion.learned)
    networks = map(interpolator, ways)
    said += [f"motion: {network.title} ({network.licence})" for network in networks]
    return list(dict.fromkeys(said))
