"""Speak lines with XTTS v2: ``python xtts.py REQUEST.json``, in an environment that holds coqui-tts.

XTTS (Casanova et al., "XTTS: a Massively Multilingual Zero-Shot Text-to-Speech Model", 2024) writes audio
tokens with a GPT-2 from text and a voice, and turns its hidden states into 24 kHz sound with a HiFi-GAN. The
model is loaded once for all lines. Nothing is fetched, and no licence is asked for.

The request::

    {"folder": "models/xtts",              config.json, model.pth, vocab.json, speakers_xtts.pth
     "lines": [{"text": "...",             at most what the model says in one go
                "language": "en",          one of the folder's languages
                "speaker": "Ana Florence", a name in speakers_xtts.pth; null for the first one there
                "reference": "voice.wav",  or a recording whose voice is cloned; null
                "speed": 1.0, "seed": 7,
                "target": "line.wav"}]}    32-bit float, mono, 24 kHz; renamed when whole

Lines of JSON go to standard output: ``{"progress": [step, done, total]}``, ``{"note": sentence}``,
``{"made": {"number", "target", "seconds", "speaker"}}`` for each line, then ``{"done": {...}}``; or
``{"error": sentence}`` and exit status 1. What libraries print goes to standard error.
"""

import difflib
import hashlib
import json
import os
import sys
import time
from pathlib import Path

FILES = ("config.json", "model.pth", "vocab.json", "speakers_xtts.pth")
SAMPLE_RATE = 24000
VOICE_RATE = 22050  # what recordings are resampled to: the encoder of the voice was trained at this rate
SHORTEST_REFERENCE = 1.0  # seconds
GOOD_REFERENCE = 6.0
TOKEN = 1024 / 22050  # seconds of sound that one audio token stands for


class Refusal(Exception):
    """A fault that the user can mend, as a sentence."""


def main() -> int:
    tell = _own_standard_output()
    try:
        request = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
        tell("done", speak(request, tell))
    except Refusal as refusal:
        tell("error", str(refusal))
        return 1
    return 0


def speak(request: dict, tell) -> dict:
    """Say every line of the request, in order; all names and recordings are looked at before the first."""
    folder, lines = Path(request["folder"]), request["lines"]
    began = time.monotonic()
    tell("progress", ["load", 0, 1])
    device = choose_device(tell)
    model = load(folder, device)
    voices = Voices(model, folder, tell)
    for line in lines:
        voices.check(line)
    tell("progress", ["load", 1, 1])
    loaded = time.monotonic() - began
    seconds = 0.0
    for number, line in enumerate(lines):
        tell("progress", ["speak", number, len(lines)])
        speaker, voice = voices.of(line)
        sound = utter(model, line, voice, tell)
        write(sound, Path(line["target"]))
        made = {"number": number, "target": line["target"], "seconds": len(sound) / SAMPLE_RATE}
        tell("made", made | {"speaker": speaker})
        seconds += made["seconds"]
    tell("progress", ["speak", len(lines), len(lines)])
    return {
        "lines": len(lines),
        "seconds": round(seconds, 3),
        "load_seconds": round(loaded, 3),
        "speak_seconds": round(time.monotonic() - began - loaded, 3),
        "device": describe(device),
    }


def choose_device(tell) -> str:
    """A card where one is lent, else the processor."""
    import torch

    lent = os.environ.get("CUDA_VISIBLE_DEVICES", "").strip() not in ("", "-1")
    if lent and torch.cuda.is_available():
        return "cuda"
    if lent:
        tell(
            "note",
            "the environment of XTTS sees no card, so it speaks on the processor, which takes many times as "
            "long; see what is missing with: swav doctor",
        )
    return "cpu"


def describe(device: str) -> str:
    """The card's name, or that it was the processor."""
    import torch

    return torch.cuda.get_device_name() if device == "cuda" else "processor"


def load(folder: Path, device: str):
    """The model of a folder in the published layout, ready to speak.

    coqui-tts's own ``load_checkpoint`` builds the network twice, and writes a checkpoint that holds a pickled
    configuration back to the user's disk: here it is built once, and the folder is only read.
    """
    from TTS.tts.configs.xtts_config import XttsConfig
    from TTS.tts.layers.xtts.tokenizer import VoiceBpeTokenizer
    from TTS.tts.models.xtts import Xtts

    for name in FILES:
        if not (folder / name).is_file():
            raise Refusal(f"{folder / name} is missing; copy it there from the published XTTS v2 folder")
    config = XttsConfig()
    try:
        config.load_json(str(folder / "config.json"))
        tokenizer = VoiceBpeTokenizer(folder / "vocab.json")
        ids = {name: tokenizer.tokenizer.token_to_id(name) for name in ("[START]", "[STOP]")}
    except Exception as fault:  # json's, coqpit's or the tokenizer's own, which share no base
        raise Refusal(f"{folder} is no XTTS v2 folder ({_first_line(fault)}); copy it anew") from fault
    arguments = config.model_args
    arguments.gpt_number_text_tokens = tokenizer.get_number_tokens()
    arguments.gpt_start_text_token, arguments.gpt_stop_text_token = ids["[START]"], ids["[STOP]"]
    model = Xtts(config)
    model.tokenizer = tokenizer
    _fill(model, read_weights(folder / "model.pth"), folder / "model.pth")
    model.gpt.init_gpt_for_inference(kv_cache=arguments.kv_cache)
    model.train(False)
    return _to(model, device)


def read_weights(path: Path) -> dict:
    """Read a ``.pth`` file with PyTorch's restricted unpickler: tensors and plain values, never code.

    The published model.pth also holds its configuration as an object of four classes. An inert stand-in is
    built in their place, so that nothing of what the file names is ever called.
    """
    import pickle

    import torch

    class Inert:
        """Takes any state and does nothing with it."""

        def __setstate__(self, state):
            pass

    named = (
        "TTS.tts.configs.xtts_config.XttsConfig",
        "TTS.tts.models.xtts.XttsArgs",
        "TTS.tts.models.xtts.XttsAudioConfig",
        "TTS.config.shared_configs.BaseDatasetConfig",
    )
    try:
        with torch.serialization.safe_globals([(Inert, name) for name in named]):
            return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as fault:
        raise Refusal(
            f"{path} holds more than weights ({_first_line(fault)}), or is damaged; "
            "take the file that is published as XTTS v2"
        ) from fault
    except (RuntimeError, EOFError, KeyError, OSError, ValueError) as fault:
        raise Refusal(f"{path} cannot be read ({_first_line(fault)}); copy it anew") from fault


def _fill(model, checkpoint: dict, path: Path) -> None:
    """Put the weights into the network; every one of the network's own must be there, in its shape."""
    weights = checkpoint.get("model", checkpoint)
    weights = {name.removeprefix("xtts."): value for name, value in weights.items()}
    # Left out: the training's own networks, and what the copy for inference shares with the GPT or computes.
    training = ("torch_mel_spectrogram", "dvae", "gpt.gpt_inference.", "gpt.gpt.wte.")
    weights = {name: value for name, value in weights.items() if not name.startswith(training)}
    try:
        missing = model.load_state_dict(weights, strict=False).missing_keys
    except RuntimeError as fault:
        raise Refusal(f"{path} does not fit the config.json beside it; copy the folder anew") from fault
    if missing:
        raise Refusal(f"{path} lacks {len(missing)} of the model's weights ({missing[0]}); copy it anew")


def _to(model, device: str):
    import torch

    try:
        return model.to(device)
    except torch.OutOfMemoryError as fault:
        raise Refusal(_NO_ROOM) from fault


_NO_ROOM = (
    "the card has no room for XTTS v2, which takes about 4 GB; free the card, or let it speak on another"
)


class Voices:
    """The voices that lines ask for: by name from the folder, or cloned from recordings, each once."""

    def __init__(self, model, folder: Path, tell):
        self._model, self._folder, self._tell = model, folder, tell
        self._known = read_weights(folder / "speakers_xtts.pth")
        self._cloned: dict[str, tuple] = {}

    def check(self, line: dict) -> None:
        """Refuse what could not be said, before anything is."""
        languages = self._model.config.languages
        if line["language"] not in languages:
            raise Refusal(f"XTTS does not speak {line['language']!r}; it speaks {', '.join(languages)}")
        self.of(line)

    def of(self, line: dict) -> tuple[str, tuple]:
        """What the voice is called, and its two tensors: the GPT's prefix and the speaker's embedding."""
        if line.get("reference"):
            path = line["reference"]
            if path not in self._cloned:
                self._cloned[path] = self._clone(Path(path))
            return f"as in {Path(path).name}", self._cloned[path]
        name = self._find(line.get("speaker"))
        voice = self._known[name]
        return name, (voice["gpt_cond_latent"], voice["speaker_embedding"])

    def _find(self, wanted: str | None) -> str:
        names = list(self._known)
        if wanted is None:
            return names[0]
        by_folded = {name.casefold(): name for name in names}
        if wanted.casefold() in by_folded:
            return by_folded[wanted.casefold()]
        near = difflib.get_close_matches(wanted.casefold(), by_folded, 5, cutoff=0.3) or list(by_folded)[:5]
        nearest = ", ".join(by_folded[name] for name in near)
        others = len(names) - len(near)
        raise Refusal(
            f"XTTS has no speaker named {wanted!r}; the nearest of its {len(names)} names are {nearest}"
            if others
            else f"XTTS has no speaker named {wanted!r}; write one of {nearest}"
        )

    def _clone(self, path: Path) -> tuple:
        config = self._model.config
        sound = read_recording(path, config.max_ref_len)
        seconds = sound.shape[-1] / VOICE_RATE
        if seconds < SHORTEST_REFERENCE:
            raise Refusal(f"{path} is {seconds:.1f} s long; a voice is cloned from 6 to 30 s of speech")
        if seconds < GOOD_REFERENCE:
            self._tell("note", f"{path} is {seconds:.1f} s long; a voice is caught better from 6 s or more")
        if config.sound_norm_refs:
            sound = sound / sound.abs().max() * 0.75
        embedding = self._model.get_speaker_embedding(sound, VOICE_RATE)
        prefix = self._model.get_gpt_cond_latents(
            sound, VOICE_RATE, length=config.gpt_cond_len, chunk_length=config.gpt_cond_chunk_len
        )
        return prefix, embedding


def read_recording(path: Path, longest: int):
    """A recording as a float tensor of shape (1, samples), mono, 22.05 kHz, at most ``longest`` seconds.

    Read by soundfile (WAV, FLAC, Ogg, MP3): coqui-tts would need torchcodec and a system FFmpeg for it.
    """
    import soundfile
    import torch
    import torchaudio

    try:
        with soundfile.SoundFile(path) as file:
            rate = file.samplerate
            samples = file.read(int(longest * rate), dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, OSError) as fault:
        raise Refusal(
            f"the recording {path} cannot be read ({_first_line(fault)}); give a WAV, FLAC, Ogg or MP3 file"
        ) from fault
    sound = torch.from_numpy(samples).mean(dim=1)[None]
    if not torch.isfinite(sound).all() or sound.abs().max() < 1e-3:
        raise Refusal(f"the recording {path} is silent; a voice is cloned from 6 to 30 s of speech")
    return torchaudio.functional.resample(sound, rate, VOICE_RATE).clip(-1, 1)


def utter(model, line: dict, voice: tuple, tell):
    """One line as float32 samples at 24 kHz, of shape (samples,).

    The seed is set for each line, so that it does not matter which lines are spoken before it. The sampling
    is the folder's own (temperature 0.75, top-k 50, top-p 0.85 and repetition penalty 5 as published).
    """
    import torch

    config = model.config
    text, language = line["text"], line["language"]
    tokens = len(model.tokenizer.encode(text.strip().lower(), lang=language))
    if tokens >= model.args.gpt_max_text_tokens:
        raise Refusal(f"{text[:40]!r} is too long once it is read out; write it as shorter sentences")
    torch.manual_seed(seed_for(line["seed"]))
    try:
        said = model.inference(
            text,
            language,
            *voice,
            speed=line["speed"],
            **{name: config[name] for name in ("temperature", "length_penalty", "top_k", "top_p")},
            repetition_penalty=float(config.repetition_penalty),
        )
    except torch.OutOfMemoryError as fault:
        raise Refusal(_NO_ROOM) from fault
    # Where the GPT never said that it was done, the sound ends in the middle of a word.
    if said["gpt_latents"].shape[1] * line["speed"] >= model.gpt.max_gen_mel_tokens:
        longest = model.gpt.max_gen_mel_tokens * TOKEN
        tell("note", f"XTTS broke off after {longest:.0f} s in {text[:40]!r}; hear whether it is whole")
    return said["wav"]


def seed_for(seed: int) -> int:
    """Any whole number as one that PyTorch takes."""
    return int.from_bytes(hashlib.sha256(str(seed).encode()).digest()[:7])


def write(sound, target: Path) -> None:
    """Write samples beside the target and rename: a file that has its name is whole."""
    import soundfile

    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.stem}.{os.getpid()}.partial.wav")
    try:
        soundfile.write(partial, sound, SAMPLE_RATE, subtype="FLOAT")
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _own_standard_output():
    """Keep standard output for the protocol: what libraries print to it goes to standard error instead."""
    protocol = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)

    def tell(kind: str, value) -> None:
        print(json.dumps({kind: value}, ensure_ascii=False), file=protocol, flush=True)

    return tell


def _first_line(fault: BaseException) -> str:
    words = str(fault).strip().splitlines() or [type(fault).__name__]
    return words[0][:160].rstrip(".:; ")


if __name__ == "__main__":
    sys.exit(main())
