"""Tiny MusicGens with random weights in the published layouts, and what only their own environment can tell.

Run in the environment of MusicGen: ``PYTHON tiny_musicgen.py FOLDER REPOSITORY`` writes the models below
``FOLDER`` and prints, as JSON, how swav's own loop compares with transformers'. The layouts are those of
facebook/musicgen-small (mono), facebook/musicgen-stereo-small (stereo), and audiocraft's export of the
former.
"""

import json
import re
import shutil
import sys
from pathlib import Path

WORDS = ("calm", "bright", "dark", "slow", "fast", "strings", "piano", "drums", "horns", "dawn", "tense")
CODES, WIDTH, LAYERS, HEADS, TEXT_WIDTH, FILTERS = 64, 128, 2, 2, 32, 4


def tokenizer(folder: Path) -> None:
    """A T5 tokenizer of a few words, in the files that the published folders have."""
    special = ["<pad>", "</s>", "<unk>"]
    pieces = special + [f"▁{word}" for word in WORDS] + ["▁"] + list("abcdefghijklmnopqrstuvwxyz,.")
    marks = {"id": "</s>", "ids": [1], "tokens": ["</s>"]}
    space = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    token = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    model = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": number, "content": name, **token} for number, name in enumerate(special)],
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": space,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [
                {"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": "</s>", "type_id": 0}},
            ],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
            "special_tokens": {"</s>": marks},
        },
        "decoder": space,
        "model": {
            "type": "Unigram",
            "unk_id": 2,
            "vocab": [[piece, -float(n)] for n, piece in enumerate(pieces)],
        },
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tokenizer.json").write_text(json.dumps(model))
    names = {"pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>", "extra_ids": 0}
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "T5Tokenizer", **names}))


def model(channels: int):
    """A MusicGen of about half a million weights, all exact in half precision as audiocraft keeps them."""
    import torch
    from transformers import (
        EncodecConfig,
        EncodecModel,
        MusicgenDecoderConfig,
        MusicgenForCausalLM,
        MusicgenForConditionalGeneration,
        T5Config,
        T5EncoderModel,
    )

    torch.manual_seed(channels)
    text = T5EncoderModel(
        T5Config(vocab_size=64, d_model=TEXT_WIDTH, d_kv=16, d_ff=64, num_layers=2, num_heads=2)
    )
    codec = EncodecModel(
        EncodecConfig(
            sampling_rate=32000,
            target_bandwidths=[1.2],  # four codebooks of 64 codes at 50 frames a second
            hidden_size=16,
            codebook_size=CODES,
            num_filters=FILTERS,
            upsampling_ratios=[8, 5, 4, 4],
            use_causal_conv=False,
            use_conv_shortcut=False,
            pad_mode="constant",
        )
    )
    decoder = MusicgenForCausalLM(
        MusicgenDecoderConfig(
            vocab_size=CODES,
            hidden_size=WIDTH,
            ffn_dim=4 * WIDTH,
            num_hidden_layers=LAYERS,
            num_attention_heads=HEADS,
            num_codebooks=4 * channels,
            audio_channels=channels,
            pad_token_id=CODES,
            bos_token_id=CODES,
        )
    )
    whole = MusicgenForConditionalGeneration(text_encoder=text, audio_encoder=codec, decoder=decoder)
    for name, weight in whole.named_parameters():
        if name.startswith("decoder") and weight.dim() > 1:
            torch.nn.init.normal_(weight, std=0.12)  # enough for texts and codes to make a difference
    for layer in codec.quantizer.layers:
        layer.codebook.embed.normal_()
    for name, weight in whole.state_dict().items():
        if not name.startswith("text_encoder"):
            weight.copy_(weight.half())
    start = {"decoder_start_token_id": CODES, "pad_token_id": CODES, "bos_token_id": CODES}
    whole.generation_config.update(**start, do_sample=True, guidance_scale=3.0, max_length=1500)
    return whole.train(False)


def audiocraft(whole, folder: Path) -> None:
    """The same weights as audiocraft exports them: its names, half precision, its configuration as YAML."""
    import torch

    names = (
        (r"^model\.decoder\.embed_tokens\.", "emb."),
        (r"^model\.decoder\.layer_norm\.", "out_norm."),
        (r"^model\.decoder\.", "transformer."),
        (r"^lm_heads\.", "linears."),
        (r"\.encoder_attn\.", ".cross_attention."),
        (r"\.fc(\d)\.", r".linear\1."),
        (r"\.self_attn_layer_norm\.", ".norm1."),
        (r"\.encoder_attn_layer_norm\.", ".norm_cross."),
        (r"\.final_layer_norm\.", ".norm2."),
    )
    codec_names = (
        (r"^(encoder|decoder)\.layers\.", r"\1.model."),
        (r"^(decoder\.model\.(?:3|6|9|12))\.conv\.", r"\1.convtr.convtr."),
        (r"^((?:encoder|decoder)\.model\.\d+(?:\.block\.\d)?)\.conv\.", r"\1.conv.conv."),
        (r"^quantizer\.layers\.(\d)\.codebook\.", r"quantizer.vq.layers.\1._codebook."),
        (r"\.parametrizations\.weight\.original0$", ".weight_g"),
        (r"\.parametrizations\.weight\.original1$", ".weight_v"),
    )

    def renamed(key, table):
        for pattern, name in table:
            key = re.sub(pattern, name, key)
        return key

    state = {renamed(key, names): weight for key, weight in whole.decoder.state_dict().items()}
    for query in [key for key in state if key.endswith(".q_proj.weight")]:
        parts = [state.pop(query.replace(".q_proj.", f".{part}_proj.")) for part in "qkv"]
        state[query.replace("q_proj.weight", "in_proj_weight")] = torch.cat(parts)
    for kind, weight in whole.enc_to_dec_proj.state_dict().items():
        state[f"condition_provider.conditioners.description.output_proj.{kind}"] = weight
    codec = {renamed(key, codec_names): weight for key, weight in whole.audio_encoder.state_dict().items()}
    folder.mkdir(parents=True)
    settings = f"transformer_lm:\n  num_heads: {HEADS}\n  card: ${{rvq.bins}}\n"
    settings_codec = "sample_rate: 32000\nseanet:\n  pad_mode: constant\nencodec:\n  causal: false\n"
    export = {"version": "1.0.0", "exported": True}
    halves = {key: weight.half() for key, weight in state.items()}
    torch.save({"best_state": halves, "xp.cfg": settings, **export}, folder / "state_dict.bin")
    torch.save(
        {"best_state": codec, "xp.cfg": settings_codec, **export}, folder / "compression_state_dict.bin"
    )


def with_published_names(folder: Path) -> None:
    """Rename EnCodec's weights as the published files have them, which are older than PyTorch's newer
    names.
    """
    from safetensors.torch import load_file, save_file

    file = folder / "model.safetensors"
    names = {"parametrizations.weight.original0": "weight_g", "parametrizations.weight.original1": "weight_v"}
    renamed = {}
    for key, weight in load_file(file).items():
        for new, published in names.items():
            key = key.replace(new, published)
        renamed[key] = weight
    save_file(renamed, file, metadata={"format": "pt"})


def write(models: Path) -> None:
    """``musicgen`` (mono), ``musicgen-stereo``, and ``audiocraft/musicgen`` with ``audiocraft/t5-base``."""
    for name, channels in (("musicgen", 1), ("musicgen-stereo", 2)):
        whole = model(channels)
        whole.save_pretrained(models / name)
        tokenizer(models / name)
        if channels == 1:
            with_published_names(models / name)
            audiocraft(whole, models / "audiocraft" / "musicgen")
            whole.text_encoder.save_pretrained(models / "audiocraft" / "t5-base")
            tokenizer(models / "audiocraft" / "t5-base")


def facts(models: Path) -> dict:
    """Numbers that say whether the programs do what transformers does; differences are maxima."""
    import torch
    from musicgen_audiocraft import convert
    from musicgen_model import blocks, continued, load, meaning, sound

    device, precision = torch.device("cpu"), torch.float32
    found = {}
    for name in ("musicgen", "musicgen-stereo"):
        composer = load(models / name, None, device, precision)
        text = meaning(composer, "calm strings")
        mine = continued(composer, text, torch.zeros((composer.codebooks, 0), dtype=torch.int64), 40, None)
        more = continued(composer, text, mine[:, 20:], 30, None)
        words = composer.tokenizer(["calm strings"], return_tensors="pt")
        generate = {"do_sample": False, "guidance_scale": 3.0}
        lag = composer.codebooks // composer.channels
        theirs = composer.model.generate(**words, **generate, max_length=40 + lag)
        after = {"decoder_input_ids": mine[:, 20:]}
        theirs_more = composer.model.generate(**words, **generate, **after, max_length=50 + lag)
        whole = sound(composer, torch.cat([mine, more], 1).repeat(1, 6))
        parts = torch.cat(list(blocks(composer, torch.cat([mine, more], 1).repeat(1, 6), 150)))
        found[name] = {
            "from_nothing": (sound(composer, mine) - theirs[0].T).abs().max().item(),
            "going_on": (sound(composer, torch.cat([mine[:, 20:], more], 1)) - theirs_more[0].T)
            .abs()
            .max()
            .item(),
            "different_codes": len(mine.unique()),
            "in_stretches": ((parts - whole).abs().max() / whole.abs().max()).item(),
            "samples": [len(parts), len(whole)],
            "text_matters": (text[0] - meaning(composer, "fast drums")[0][: len(text[0])]).abs().max().item(),
        }
    text_encoder = models / "audiocraft/t5-base"
    original = load(models / "musicgen", None, device, precision)
    convert(models / "audiocraft/musicgen", text_encoder, models / "converted" / "musicgen")
    found["audiocraft"] = {
        "as it is": _against(original, load(models / "audiocraft/musicgen", text_encoder, device, precision)),
        "converted": _against(original, load(models / "converted/musicgen", None, device, precision)),
        "left": sorted(file.name for file in (models / "converted").iterdir()),
    }
    found["refusals"] = [*_refusals(models)]
    return found


def _against(original, other) -> dict:
    """How far two models are apart, and how far their logits range at all."""
    import torch
    from musicgen_model import sound

    words = original.tokenizer(["dark horns at dawn"], return_tensors="pt")
    codes = torch.randint(0, CODES, (4, 12), generator=torch.Generator().manual_seed(1))
    one, two = (composer.model(**words, decoder_input_ids=codes).logits for composer in (original, other))
    return {
        "logits": (one - two).abs().max().item(),
        "spread": one.std().item(),
        "sound": (sound(original, codes) - sound(other, codes)).abs().max().item(),
    }


def _refusals(models: Path):
    """What is said of folders that cannot be used, in the order of the faults below."""
    import torch
    from musicgen_model import Refusal, load

    good, text = models / "audiocraft/musicgen", models / "audiocraft/t5-base"

    def changed(name: str, file: str, change) -> Path:
        folder = models / "faults" / name
        shutil.copytree(good, folder)
        package = torch.load(folder / file, weights_only=True)
        change(package)
        torch.save(package, folder / file)
        return folder

    def of_melody(package: dict) -> None:
        package["best_state"]["condition_provider.conditioners.self_wav.output_proj.weight"] = torch.zeros(1)

    def less(package: dict) -> None:
        package["best_state"].popitem()

    def only_named(package: dict) -> None:
        package["pretrained"] = "//pretrained/facebook/encodec_32khz"

    pickled = models / "faults" / "pickled"
    shutil.copytree(good, pickled)
    torch.save({"best_state": {}, "code": Path("/")}, pickled / "state_dict.bin")
    faults = (
        (good, None),
        (changed("melody", "state_dict.bin", of_melody), text),
        (changed("less", "state_dict.bin", less), text),
        (changed("named", "compression_state_dict.bin", only_named), text),
        (pickled, text),
        (models / "nowhere", None),
    )
    for folder, text_encoder in faults:
        try:
            load(folder, text_encoder, torch.device("cpu"), torch.float32)
        except Refusal as refusal:
            yield str(refusal)


if __name__ == "__main__":
    folder, repository = map(Path, sys.argv[1:])
    sys.path[:0] = [str(repository / "swav" / "programs"), str(repository / "benchmarks")]
    from growing_musicgen import grown
    from music_models import measure_musicgen

    write(folder)
    found = facts(folder) | {"benchmark": measure_musicgen(folder / "benchmark", tiny=True)}
    print(json.dumps(found | {"grown": grown(folder)}))
