"""Run as ``python -m swav.speech.voices.espeak.library VOICE WORDS_PER_MINUTE SEED``: text in, samples out.

piper-tts carries espeak-ng for its phonemes, and the same library speaks. The functions and numbers are
those of espeak-ng's ``speak_lib.h`` (API revision 12). Output is 16-bit little-endian mono at 22,050 Hz.
"""

import ctypes
import sys
from importlib.util import find_spec
from pathlib import Path

_AUDIO_OUTPUT_SYNCHRONOUS = 2
_INITIALIZE_DONT_EXIT = 0x8000
_CHARS_UTF8 = 1  # and neither SSML nor phoneme input: text is only ever text
_PARAMETER_RATE = 1

_SynthesisCallback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


def say(text: bytes, voice: str, words_per_minute: int, seed: int) -> bytes:
    """The spoken text as raw samples. Raises RuntimeError where the library refuses."""
    heard = bytearray()

    @_SynthesisCallback
    def receive(samples, count, _events) -> int:
        if samples and count > 0:
            heard.extend(ctypes.string_at(samples, 2 * count))
        return 0

    library = _started()
    if library.espeak_SetVoiceByName(voice.encode()) != 0:
        raise RuntimeError("the voice is unknown")
    library.espeak_SetParameter(_PARAMETER_RATE, words_per_minute, 0)
    library.espeak_ng_SetRandSeed(ctypes.c_long(seed))
    library.espeak_SetSynthCallback(receive)
    library.espeak_Synth(text, len(text) + 1, 0, 0, 0, _CHARS_UTF8, None, None)
    library.espeak_Synchronize()
    return bytes(heard)


def _started() -> ctypes.CDLL:
    # Found without importing piper, whose import costs half a second.
    package = Path(find_spec("piper").submodule_search_locations[0])
    library = ctypes.CDLL(str(next(package.glob("espeakbridge*.so"))))
    library.espeak_Synth.argtypes = [
        *[ctypes.c_char_p, ctypes.c_size_t],
        *[ctypes.c_uint, ctypes.c_int, ctypes.c_uint, ctypes.c_uint],
        *[ctypes.c_void_p, ctypes.c_void_p],
    ]
    data = str(package / "espeak-ng-data").encode()
    if library.espeak_Initialize(_AUDIO_OUTPUT_SYNCHRONOUS, 0, data, _INITIALIZE_DONT_EXIT) <= 0:
        raise RuntimeError("the library did not start")
    return library


if __name__ == "__main__":
    voice_name, rate, random_seed = sys.argv[1:]
    sys.stdout.buffer.write(say(sys.stdin.buffer.read(), voice_name, int(rate), int(random_seed)))
