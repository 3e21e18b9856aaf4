"""Recorded instruments: notes become sound stretch by stretch, so that a long piece is played by pieces."""

import io
from collections.abc import Sequence
from functools import cache

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


def played(notes: Sequence[Note], character: Character, start: float, samples: int):
    """Play notes with the TimGM6mb soundfont; float32, shape (samples, 2), beginning ``start`` seconds in."""
    import midirenderer
    import numpy as np
    import soundfile

    wave = midirenderer.render_wave_from(_soundfont(), _midi(notes, character, start, samples / SAMPLE_RATE))
    audio, _ = soundfile.read(io.BytesIO(wave), dtype="float32", always_2d=True)
    return np.pad(audio[:samples], ((0, max(0, samples - len(audio))), (0, 0)))


def _midi(notes: Sequence[Note], character: Character, start: float, seconds: float) -> bytes:
    import pretty_midi

    score = pretty_midi.PrettyMIDI(resolution=960, initial_tempo=120)
    for role in sorted({note.role for note in notes}):
        drums = role == DRUM_KIT
        part = pretty_midi.Instrument(0 if drums else character.program(role), is_drum=drums)
        for controller, value in zip((10, 7, 91), _STAGE[role], strict=True):
            part.control_changes.append(pretty_midi.ControlChange(controller, value, 0.0))
        # The file, and with it the sound, ends at its last event.
        part.control_changes.append(pretty_midi.ControlChange(1, 0, seconds))
        for note in notes:
            if note.role == role:
                begin = float(note.start) - start
                part.notes.append(
                    pretty_midi.Note(note.velocity, note.pitch, begin, begin + float(note.length))
                )
        score.instruments.append(part)
    file = io.BytesIO()
    score.write(file)
    return file.getvalue()


@cache
def _soundfont() -> bytes:
    return SOUNDFONT.file("TimGM6mb.sf2").read_bytes()
