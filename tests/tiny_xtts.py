"""A tiny XTTS v2 with random weights, in exactly the published layout: what the tests of XTTS load.

Run in the environment of XTTS: ``PYTHON tests/tiny_xtts.py FOLDER``. The GPT is tiny; the vocoder and the
voice encoder have no sizes to choose, so model.pth takes 90 MB. The sizes and settings that are not made tiny
are those of the published config.json.
"""

import json
import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from TTS.config.shared_configs import BaseDatasetConfig
from TTS.tts.configs.xtts_config import XttsArgs, XttsAudioConfig, XttsConfig
from TTS.tts.models.xtts import Xtts

LANGUAGES = "en es fr de it pt pl tr ru nl cs ar zh-cn hu ko ja hi"
SPEAKERS = ("Claribel Dervla", "Daisy Studious", "Ana Florence", "Damien Black", "Aaron Dreschner")
SAMPLING = {"temperature": 0.75, "length_penalty": 1.0, "repetition_penalty": 5.0, "top_k": 50, "top_p": 0.85}
CLONING = {"gpt_cond_len": 30, "gpt_cond_chunk_len": 4, "max_ref_len": 30, "sound_norm_refs": False}
AUDIO_TOKENS = {"gpt_num_audio_tokens": 1026, "gpt_start_audio_token": 1024, "gpt_stop_audio_token": 1025}
TINY = {"gpt_layers": 2, "gpt_n_model_channels": 64, "gpt_n_heads": 4, "gpt_max_audio_tokens": 40}
FULL = {"gpt_layers": 30, "gpt_n_model_channels": 1024, "gpt_n_heads": 16, "gpt_max_audio_tokens": 605}
FULL_VOCABULARY = 6681


def write_vocabulary(path: Path, size: int = 0) -> None:
    """A vocab.json of letters with the published one's special tokens, filled up to ``size`` tokens."""
    languages = [f"[{code}]" for code in LANGUAGES.split()]
    special = ["[STOP]", "[UNK]", "[SPACE]", *languages, "[START]"]
    letters = [chr(code) for code in range(0x21, 0x17F)] + [chr(code) for code in range(0x900, 0x980)]
    tokens = [*special, *letters]
    tokens += [f"unused {number}" for number in range(len(tokens), size)]
    vocabulary = {token: number for number, token in enumerate(tokens)}
    tokenizer = Tokenizer(models.BPE(vocabulary, [], unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.add_special_tokens(special)
    tokenizer.save(str(path))


def configuration(sizes: dict, text_tokens: int) -> XttsConfig:
    """A configuration with the published settings and the given sizes of the GPT."""
    arguments = XttsArgs(
        gpt_max_text_tokens=402,
        gpt_max_prompt_tokens=70,
        gpt_number_text_tokens=text_tokens,
        gpt_use_perceiver_resampler=True,
        decoder_input_dim=sizes["gpt_n_model_channels"],
        **AUDIO_TOKENS,
        **sizes,
    )
    return XttsConfig(model_args=arguments, audio=XttsAudioConfig(), **SAMPLING, **CLONING)


def write_speakers(path: Path, width: int) -> None:
    """speakers_xtts.pth: for each name the GPT's prefix (1, 32, width) and an embedding (1, 512, 1)."""
    torch.save(
        {
            name: {
                "gpt_cond_latent": torch.randn(1, 32, width),
                "speaker_embedding": torch.nn.functional.normalize(torch.randn(1, 512, 1), dim=1),
            }
            for name in SPEAKERS
        },
        path,
    )


def write_checkpoint(folder: Path, sizes: dict = TINY, vocabulary_size: int = 0) -> Path:
    """All four files. The seed is fixed, so that every folder is the same."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    write_vocabulary(folder / "vocab.json", vocabulary_size)
    vocabulary = Tokenizer.from_file(str(folder / "vocab.json"))
    text_tokens = vocabulary.get_vocab_size()
    config = configuration(sizes, text_tokens)
    (folder / "config.json").write_text(json.dumps(config.to_dict(), indent=4), encoding="utf-8")
    config.model_args.gpt_start_text_token = vocabulary.token_to_id("[START]")
    config.model_args.gpt_stop_text_token = vocabulary.token_to_id("[STOP]")
    model = Xtts(config)
    with torch.no_grad():
        # An untrained GPT never stops by itself. With this, its lines differ in length as real ones do.
        model.gpt.mel_head.bias[config.model_args.gpt_stop_audio_token] = 1.5
    # The published file holds what the copy for inference shares, and networks of the training.
    model.gpt.init_gpt_for_inference(kv_cache=True)
    weights = model.state_dict() | {"dvae.codebook.embed": torch.zeros(4)}
    torch.save({"config": _as_published(config), "model": weights}, folder / "model.pth")
    write_speakers(folder / "speakers_xtts.pth", sizes["gpt_n_model_channels"])
    return folder


def _as_published(config: XttsConfig) -> XttsConfig:
    """The configuration pickled as an object, its classes named as they were when XTTS v2 was published."""
    config.datasets = [BaseDatasetConfig()]
    for moved in (XttsArgs, XttsAudioConfig):
        moved.__module__ = "TTS.tts.models.xtts"
    import TTS.tts.models.xtts as former

    former.XttsArgs, former.XttsAudioConfig = XttsArgs, XttsAudioConfig
    return config


if __name__ == "__main__":
    write_checkpoint(Path(sys.argv[1]))
