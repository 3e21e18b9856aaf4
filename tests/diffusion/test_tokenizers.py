"""Every character of a prompt reaches the model as its authors' tokenizer reads it."""

import json

import pytest
import sentencepiece
import transformers
from tiny_wan22 import write_tokenizer

from swav.diffusion.pipeline_processors import processors

RARE = ["☃", "a red fox ☃ runs", "🙂", "龘 fox", "½ ß"]
COMMON = ["a red fox runs over the snow", "Ａ  full-width", ""]


def folder_of(tmp_path, kept):
    """A pipeline's folder whose tokenizer has one of its two files."""
    words = write_tokenizer(tmp_path / "tokenizer")
    model = (words / "spiece.model").read_bytes()
    for name in {"spiece.model", "tokenizer.json"} - {kept}:
        (words / name).unlink(missing_ok=True)
    index = {
        "_class_name": "APipeline",
        "tokenizer": ["transformers", "T5TokenizerFast"],
        "other": [None, None],
    }
    (tmp_path / "model_index.json").write_text(json.dumps(index))
    return sentencepiece.SentencePieceProcessor(model_proto=model)


@pytest.mark.parametrize("kept", ["tokenizer.json", "spiece.model"])
def test_rare_characters_are_bytes_and_not_one_token(tmp_path, kept):
    """Transformers' own class makes them one; if it no longer does, this is needed no more."""
    theirs = folder_of(tmp_path, kept)
    ours = processors(tmp_path)["tokenizer"]
    for text in RARE + COMMON:
        assert ours(text).input_ids == [*theirs.encode(text), 1], text
    rebuilt = transformers.T5TokenizerFast.from_pretrained(tmp_path / "tokenizer")
    assert all(rebuilt(text).input_ids == ours(text).input_ids for text in COMMON)
    assert any(rebuilt(text).input_ids != ours(text).input_ids for text in RARE)
    short = ours("a red fox", padding="max_length", max_length=12, truncation=True)
    assert len(short.input_ids) == 12 and short.input_ids[-1] == 0 and sum(short.attention_mask) < 12


def test_a_tokenizer_without_bytes_is_transformers_own(tmp_path):
    folder_of(tmp_path, "tokenizer.json")
    file = tmp_path / "tokenizer/tokenizer.json"
    said = json.loads(file.read_text())
    said["model"]["byte_fallback"] = False
    file.write_text(json.dumps(said))
    assert processors(tmp_path) == {}
