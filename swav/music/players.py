"""Who plays the score: sampled instruments where their player is installed, else a small additive organ.

Both take a stretch of notes and give its sound, so that a long piece is played piece by piece.
"""

import io
from collections.abc import Sequence
from functools import cache

import numpy as np
import soundfile

from swav.carriers import Carrier
from swav.music.character import Character
from swav.music.score import DRUM_KIT, Note

SOUNDFONT = Carrier(
    what="the soundfont",
    module="pretty_midi",
    distribution="pretty_midi",
    digests={"TimGM6mb.sf2": "82475b91a76de15cb28a104707d3247ba932e228bada3f47bba63c6b31aaf7a1"},
)
SAMPLE_RATE = 48000
TAIL = 4 * SAMPLE_RATE  # samples that a stretch may ring on after its last note ends

# By role: pan from 0 (left) to 127, volume, share of the reverb (MIDI controllers 10, 7, 91).
_STAGE = {
    "pad": (64, 92, 80),
    "arpeggio": (44, 96, 70),
    "melody": (78, 92, 70),
    "bass": (64, 68, 30),
    DRUM_KIT: (64, 72, 50),
}


def sampled(notes: Sequence[Note], character: Character, start: float, samples: int) -> np.ndarray:
    """Play notes with the TimGM6mb soundfont; float32, shape (samples, 2), beginning ``start`` seconds in."""
    import midirenderer

    played = midirenderer.render_wave_from(
        _soundfont(), _midi(notes, character, start, samples / SAMPLE_RATE)
    )
    audio, _ = soundfile.read(io.BytesIO(played), dtype="float32", always_2d=True)
    return np.pad(audio[:samples], ((0, max(0, samples - len(audio))), (0, 0)))


def _midi(notes: Sequence[Note], character: Character, start: float, seconds: float) -> bytes:
    import pretty_midi

    score = pretty_midi.PrettyMIDI(resolution=960, initial_tempo=120)
    for role in sorted({note.role for note in notes}):
        drums = role == DRUM_KIT
        player = pretty_midi.Instrument(0 if drums else character.program(role), is_drum=drums)
        for controller, value in zip((10, 7, 91), _STAGE[role], strict=True):
            player.control_changes.append(pretty_midi.ControlChange(controller, value, 0.0))
        # The file, and with it the sound, ends at its last event.
        player.control_changes.append(pretty_midi.ControlChange(1, 0, seconds))
        for note in notes:
            if note.role == role:
                begin = float(note.start) - start
                player.notes.append(
                    pretty_midi.Note(note.velocity, note.pitch, begin, begin + float(note.length))
                )
        score.instruments.append(player)
    file = io.BytesIO()
    score.write(file)
    return file.getvalue()


@cache
def _soundfont() -> bytes:
    return SOUNDFONT.file("TimGM6mb.sf2").read_bytes()


def additive(notes: Sequence[Note], character: Character, start: float, samples: int) -> np.ndarray:
    """Play notes as sums of five partials with soft edges: plain, for machines without the sampler's wheel.

    Drums are left out. Float32, shape (samples, 2), beginning ``start`` seconds in.
    """
    sound = np.zeros((samples, 2), np.float32)
    for note in notes:
        if note.role == DRUM_KIT:
            continue
        first = round((float(note.start) - start) * SAMPLE_RATE)
        release = SAMPLE_RATE
        count = min(int(note.length * SAMPLE_RATE) + release, samples - first)
        if count <= 0:
            continue
        time = np.arange(count) / SAMPLE_RATE
        frequency = 440 * 2 ** ((note.pitch - 69) / 12)
        tone = sum(np.sin(2 * np.pi * frequency * k * time + k) / k**2 for k in range(1, 6))
        attack = 0.25 if note.role == "pad" else 0.02
        fall = np.clip((count - np.arange(count)) / release, 0, 1) ** 2
        shape = np.minimum(1, time / attack) * fall * (1 if note.role == "pad" else np.exp(-1.5 * time))
        pan = _STAGE[note.role][0] / 127
        voice = (tone * shape * (note.velocity / 127) ** 2 * 0.2).astype(np.float32)
        sound[first : first + count] += voice[:, None] * np.sqrt([1 - pan, pan]).astype(np.float32)
    return sound


def player():
    """The best player that is installed."""
    try:
        import midirenderer  # noqa: F401
    except ImportError:  # there is no wheel for every processor
        return additive
    return sampled
