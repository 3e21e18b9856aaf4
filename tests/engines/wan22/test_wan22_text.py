"""Words become the tokens of sentencepiece and the embeddings of Diffusers' pipeline, and are remembered."""

import pytest
import torch
from sentencepiece import SentencePieceProcessor
from tiny_wan22 import write_original
from tokenizers import Tokenizer

from swav.diffusion.parallel import Team
from swav.engines.wan22 import NEGATIVE_PROMPT, TEXT_TOKENS
from swav.engines.wan22.encoder import TextEncoder
from swav.engines.wan22.layout import recognise
from swav.engines.wan22.text import EmbeddingCache, clean, token_ids, tokenizer

TEXTS = [
    "a red fox",
    "一只狐狸在雪地里奔跑",
    NEGATIVE_PROMPT,
    "rocket 🚀 日",
    "Ａ ＬＥＴＴＥＲ",
    "  two  spaces ",
    "street.",
    "",
    "naïve café — “quotes” …",
    "word " * 700,
]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wan22") / "model"
    return recognise(folder) if folder.exists() else (write_original(folder), recognise(folder))


@pytest.mark.parametrize("text", TEXTS)
def test_tokens_are_sentencepieces_byte_fallback_included(model, text):
    files = model[1]
    pieces = SentencePieceProcessor(model_file=str(files.tokenizer / "spiece.model"))
    expected = [*pieces.encode(clean(text))[: TEXT_TOKENS - 1], 1]
    assert token_ids(tokenizer(files.tokenizer), text) == expected
    assert len(expected) <= TEXT_TOKENS


def test_characters_outside_the_vocabulary_become_bytes_not_the_unknown_mark(model):
    ids = token_ids(tokenizer(model[1].tokenizer), "🚀")
    assert 3 not in ids and len(ids) >= 4 + 1, "four bytes of UTF-8 and the end mark"


def test_spiece_model_alone_is_enough(model, tmp_path):
    (tmp_path / "spiece.model").write_bytes((model[1].tokenizer / "spiece.model").read_bytes())
    for text in TEXTS:
        assert token_ids(tokenizer(tmp_path), text) == token_ids(tokenizer(model[1].tokenizer), text)


@pytest.mark.parametrize("text", ["", "a red fox", "word " * 700])
def test_lengths_that_a_file_of_tokens_brings_along_count_for_nothing(model, text, tmp_path):
    published = Tokenizer.from_file(str(model[1].tokenizer / "tokenizer.json"))
    published.enable_truncation(8)
    published.enable_padding(length=32)
    published.save(str(tmp_path / "tokenizer.json"))
    assert token_ids(tokenizer(tmp_path), text) == token_ids(tokenizer(model[1].tokenizer), text)


@pytest.mark.parametrize("text", [*TEXTS, "fish &amp;amp; chips", "3 < 4 &amp;amp; 5", "donâ€™t", "a\tb\n c"])
def test_cleaning_is_the_pipelines(text):
    from diffusers.pipelines.wan.pipeline_wan import prompt_clean

    assert clean(text) == prompt_clean(text)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_embeddings_are_the_pipelines(model, dtype):
    pipeline, files = model
    pipeline.text_encoder.to(dtype)
    encoder = TextEncoder(files, "model", Team(torch.device("cpu")), "card", dtype, None)
    with torch.no_grad():
        for text, embedding in zip(TEXTS, encoder.embed(TEXTS), strict=True):
            expected, _ = pipeline.encode_prompt(
                text, do_classifier_free_guidance=False, max_sequence_length=512
            )
            assert embedding.shape == (1, 512, 32)
            assert torch.equal(embedding, expected), text


def test_a_streamed_encoder_says_the_same(model):
    encoders = [
        TextEncoder(model[1], "model", Team(torch.device("cpu")), home, torch.bfloat16, None)
        for home in ("card", "streamed")
    ]
    for text in TEXTS:
        (resident,), (streamed,) = (encoder.embed([text]) for encoder in encoders)
        assert torch.equal(streamed, resident), text
    assert encoders[1]._parked.model.encoder.block[0].forward.__wrapped__, "its blocks are hooked"


@pytest.mark.parametrize("home", ["card", "host", "streamed", "disk"])
def test_known_words_need_no_encoder(model, tmp_path, home):
    def encoder() -> TextEncoder:
        return TextEncoder(
            model[1], "model", Team(torch.device("cpu")), home, torch.bfloat16, tmp_path / "kept"
        )

    first, second = encoder(), encoder()
    embeddings = first.embed(["a red fox", "静态"])
    again = second.embed(["a red   fox", "静态"])
    assert all(torch.equal(one, other) for one, other in zip(embeddings, again, strict=True))
    assert second._parked is None, "nothing was loaded"
    new = second.embed(["a red fox", "a blue fox"])
    assert torch.equal(new[0], embeddings[0]) and not torch.equal(new[1], embeddings[0])


def test_the_cache_belongs_to_a_text_a_model_and_a_precision(tmp_path):
    cache = EmbeddingCache(tmp_path, "model", torch.bfloat16)
    cache.put("fox", torch.ones(1, 512, 4, dtype=torch.bfloat16), 3)
    assert cache.get("fox")[0, :4, 0].tolist() == [1, 1, 1, 0]
    assert cache.get("hen") is None
    assert EmbeddingCache(tmp_path, "other", torch.bfloat16).get("fox") is None
    assert EmbeddingCache(tmp_path, "model", torch.float32).get("fox") is None
    for file in tmp_path.iterdir():
        file.write_bytes(b"damaged")
    assert cache.get("fox") is None
