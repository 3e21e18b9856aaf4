"""XTTS v2 itself, for ``xtts.py``: the network and its weights, voices, and how a line is said.

XTTS (Casanova et al., "XTTS: a Massively Multilingual Zero-Shot Text-to-Speech Model", 2024) writes audio
tokens with a GPT-2 from text and a voice, and turns its hidden states into 24 kHz sound with a HiFi-GAN. The
networks are coqui-tts's.
"""

import difflib
import hashlib
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile
import torch
import torchaudio
from _program import Refusal, card_is_lent, first_line
from torch.overrides import TorchFunctionMode
from TTS.tts.configs.xtts_config import XttsConfig
from TTS.tts.layers.xtts.tokenizer import VoiceBpeTokenizer
from TTS.tts.models.xtts import Xtts

FILES = ("config.json", "model.pth", "vocab.json", "speakers_xtts.pth")
SAMPLE_RATE = 24000
VOICE_RATE = 22050  # what recordings are resampled to: the encoder of the voice was trained at this rate
SHORTEST_REFERENCE = 1.0  # seconds
GOOD_REFERENCE = 6.0
TOKEN = 1024 / VOICE_RATE  # seconds of sound that one audio token stands for
NO_ROOM = "the card has no room for XTTS v2, which takes about 4 GB; free it, or let another speak"

Note = Callable[[str], None]
Voice = tuple[torch.Tensor, torch.Tensor]
"""The GPT's prefix, of shape (1, 32, width), and the speaker's embedding, (1, 512, 1)."""


def choose_device(note: Note) -> str:
    """A card where one is lent, else the processor."""
    lent = card_is_lent()
    if lent and torch.cuda.is_available():
        return "cuda"
    if lent:
        note(
            "the environment of XTTS sees no card, so it speaks on the processor, which takes many times as "
            "long; see what is missing with: swav doctor",
        )
    return "cpu"


def describe(device: str) -> str:
    """The card's name, or that it was the processor."""
    return torch.cuda.get_device_name() if device == "cuda" else "processor"


def memory_taken(device: str) -> int:
    """The most bytes of the card that this process has held at once; 0 on the processor."""
    return torch.cuda.max_memory_reserved() if device == "cuda" else 0


def configuration(folder: Path) -> tuple[XttsConfig, VoiceBpeTokenizer]:
    """What a folder in the published layout says of its model, and how text becomes the model's tokens."""
    for name in FILES:
        if not (folder / name).is_file():
            raise Refusal(f"{folder / name} is missing; copy it there from the published XTTS v2 folder")
    config = XttsConfig()
    try:
        config.load_json(str(folder / "config.json"))
        tokenizer = VoiceBpeTokenizer(folder / "vocab.json")
        ids = {name: tokenizer.tokenizer.token_to_id(name) for name in ("[START]", "[STOP]")}
    except Exception as fault:  # json's, coqpit's or the tokenizer's own, which share no base
        raise Refusal(f"{folder} is no XTTS v2 folder ({first_line(fault)}); copy it anew") from fault
    config.model_args.gpt_number_text_tokens = tokenizer.get_number_tokens()
    config.model_args.gpt_start_text_token = ids["[START]"]
    config.model_args.gpt_stop_text_token = ids["[STOP]"]
    return config, tokenizer


def load(folder: Path, device: str) -> Xtts:
    """The model of a folder, ready to speak.

    coqui-tts's own ``load_checkpoint`` builds the network twice, and writes a checkpoint that holds a pickled
    configuration back to the user's disk: here it is built once, and the folder is only read.
    """
    config, tokenizer = configuration(folder)
    checkpoint = read_weights(folder / "model.pth")
    with _Unfilled():
        model = Xtts(config)
    model.tokenizer = tokenizer
    _fill(model, checkpoint, folder / "model.pth")
    model.gpt.init_gpt_for_inference(kv_cache=config.model_args.kv_cache)
    model.train(False)
    return _to(model, device)


class _Unfilled(TorchFunctionMode):
    """Networks that are built under it get no random weights, which takes longer than reading their own."""

    _FILLING = (torch.Tensor.normal_, torch.Tensor.uniform_)

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if function in self._FILLING or getattr(function, "__module__", "") == "torch.nn.init":
            return args[0] if args else kwargs["tensor"]
        return function(*args, **(kwargs or {}))


class _Inert:
    """Takes any state and does nothing with it."""

    def __setstate__(self, state: object) -> None:
        pass


_PICKLED = (
    "TTS.tts.configs.xtts_config.XttsConfig",
    "TTS.tts.models.xtts.XttsArgs",
    "TTS.tts.models.xtts.XttsAudioConfig",
    "TTS.config.shared_configs.BaseDatasetConfig",
)


def read_weights(path: Path) -> dict:
    """Read a ``.pth`` file with PyTorch's restricted unpickler: tensors and plain values, never code.

    The published model.pth also holds its configuration, as an object of coqui-tts's classes. Their names are
    the only ones let in, and an inert stand-in is built for them: nothing that the file names is ever called.
    """
    try:
        with torch.serialization.safe_globals([(_Inert, name) for name in _PICKLED]):
            held = torch.load(path, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(path))
    except pickle.UnpicklingError as fault:
        raise Refusal(
            f"{path} holds more than weights ({first_line(fault)}), or is damaged; "
            "take the file that is published as XTTS v2"
        ) from fault
    except (RuntimeError, EOFError, KeyError, OSError, ValueError) as fault:
        raise Refusal(f"{path} cannot be read ({first_line(fault)}); copy it anew") from fault
    if not isinstance(held, dict) or not held:
        raise Refusal(f"{path} holds no weights; take the file that is published as XTTS v2")
    return held


def _fill(model: Xtts, checkpoint: dict, path: Path) -> None:
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


def _to(model: Xtts, device: str) -> Xtts:
    try:
        return model.to(device)
    except torch.OutOfMemoryError as fault:
        raise Refusal(NO_ROOM) from fault


class Voices:
    """The voices that lines ask for: by name from the folder, or cloned from recordings, each once."""

    def __init__(self, folder: Path, note: Note):
        self._config, _ = configuration(folder)
        self._known = read_weights(folder / "speakers_xtts.pth")
        self._note = note
        self._recordings: dict[str, torch.Tensor] = {}
        self._cloned: dict[str, Voice] = {}

    def check(self, line: dict) -> None:
        """Refuse what could not be said: before anything is, and before the model is loaded."""
        languages = self._config.languages
        if line["language"] not in languages:
            raise Refusal(f"XTTS does not speak {line['language']!r}; it speaks {', '.join(languages)}")
        if line.get("reference"):
            self._recording(line["reference"])
        else:
            self._find(line.get("speaker"))

    def of(self, line: dict, model: Xtts) -> tuple[str, Voice]:
        """What the voice of a line is called, and the voice."""
        if path := line.get("reference"):
            if path not in self._cloned:
                self._cloned[path] = clone(model, self._recording(path))
            return f"as in {Path(path).name}", self._cloned[path]
        name = self._find(line.get("speaker"))
        voice = self._known[name]
        return name, (voice["gpt_cond_latent"], voice["speaker_embedding"])

    def _recording(self, path: str) -> torch.Tensor:
        if path not in self._recordings:
            sound = read_recording(Path(path), self._config.max_ref_len)
            seconds = sound.shape[-1] / VOICE_RATE
            if seconds < SHORTEST_REFERENCE:
                raise Refusal(f"{path} is {seconds:.1f} s long; a voice is cloned from 6 to 30 s of speech")
            if seconds < GOOD_REFERENCE:
                self._note(f"{path} is {seconds:.1f} s long; a voice is caught better from 6 s or more")
            self._recordings[path] = sound
        return self._recordings[path]

    def _find(self, wanted: str | None) -> str:
        names = list(self._known)
        if wanted is None:
            return names[0]
        folded = {name.casefold(): name for name in names}
        if found := folded.get(wanted.casefold()):
            return found
        near = difflib.get_close_matches(wanted.casefold(), folded, 5, cutoff=0.3)
        nearest = ", ".join([folded[name] for name in near] or names[:5])
        raise Refusal(f"XTTS has no speaker named {wanted!r}; of its {len(names)} names, try {nearest}")


def clone(model: Xtts, sound: torch.Tensor) -> Voice:
    """The voice of a recording of shape (1, samples) at VOICE_RATE, with the folder's settings."""
    config = model.config
    if config.sound_norm_refs:
        sound = sound / sound.abs().max() * 0.75
    embedding = model.get_speaker_embedding(sound, VOICE_RATE)
    prefix = model.get_gpt_cond_latents(
        sound, VOICE_RATE, length=config.gpt_cond_len, chunk_length=config.gpt_cond_chunk_len
    )
    return prefix, embedding


def read_recording(path: Path, longest: float) -> torch.Tensor:
    """A recording as a float tensor of shape (1, samples), mono, 22.05 kHz, at most ``longest`` seconds.

    Read by soundfile (WAV, FLAC, Ogg, MP3): coqui-tts would need torchcodec and a system FFmpeg for it.
    """
    try:
        with soundfile.SoundFile(path) as file:
            rate = file.samplerate
            samples = file.read(int(longest * rate), dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, OSError) as fault:
        raise Refusal(
            f"the recording {path} cannot be read ({first_line(fault)}); give a WAV, FLAC, Ogg or MP3 file"
        ) from fault
    sound = torch.from_numpy(samples).mean(dim=1)[None]
    if not torch.isfinite(sound).all() or sound.abs().max() < 1e-3:
        raise Refusal(f"the recording {path} is silent; a voice is cloned from 6 to 30 s of speech")
    return torchaudio.functional.resample(sound, rate, VOICE_RATE).clip(-1, 1)


def utter(model: Xtts, line: dict, voice: Voice, note: Note) -> np.ndarray:
    """One line as float32 samples at 24 kHz, of shape (samples,).

    The seed is set for each line, so that it does not matter which lines are spoken before it. The sampling
    is the folder's own (temperature 0.75, top-k 50, top-p 0.85 and repetition penalty 5 as published).
    """
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
        raise Refusal(NO_ROOM) from fault
    # Where the GPT never said that it was done, the sound ends in the middle of a word.
    if said["gpt_latents"].shape[1] * line["speed"] >= model.gpt.max_gen_mel_tokens:
        longest = model.gpt.max_gen_mel_tokens * TOKEN
        note(f"XTTS broke off after {longest:.0f} s in {text[:40]!r}; hear whether it is whole")
    return said["wav"]


def seed_for(seed: int) -> int:
    """Any whole number as one that PyTorch takes."""
    return int.from_bytes(hashlib.sha256(str(seed).encode()).digest()[:7])
