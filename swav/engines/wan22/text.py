"""From words to embeddings: cleaning, tokens, umT5, and a cache on disk by text.

The tokenizer file is read by ``tokenizers`` itself: Transformers 5 rebuilds T5 tokenizers with another
unknown id and without byte fallback, so that every rare character would become the same token.
"""

import hashlib
import html
import json
import re
from collections.abc import Callable
from pathlib import Path

import ftfy
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

from swav.engines.wan22 import TEXT_TOKENS
from swav.files import replacing
from swav.weights.contents import embedded_tokenizer
from swav.weights.unigram import of_gguf

_RECIPE = 1
_PAD, _END = 0, 1


def clean(text: str) -> str:
    """Mend the encoding, resolve HTML entities and fold white space, as ``WanPipeline`` and Wan's own
    code do.
    """
    return re.sub(r"\s+", " ", html.unescape(html.unescape(ftfy.fix_text(text)))).strip()


def tokenizer(folder: Path) -> Callable[[str], list[int]]:
    """A function from clean text to token ids without the end mark, from tokenizer.json or else
    spiece.model; or from the text encoder's own file, where it holds its tokenizer.
    """
    if folder.suffix == ".gguf" or (folder / "tokenizer.json").is_file():
        from tokenizers import Tokenizer

        held = folder.is_file()
        said = json.dumps(of_gguf(folder).json()) if held else (folder / "tokenizer.json").read_text("utf-8")
        fast = Tokenizer.from_str(said)
        fast.no_truncation()
        fast.no_padding()
        return lambda text: fast.encode(text, add_special_tokens=False).ids
    from sentencepiece import SentencePieceProcessor

    if folder.is_file():
        return SentencePieceProcessor(model_proto=embedded_tokenizer(folder)).encode
    return SentencePieceProcessor(model_file=str(folder / "spiece.model")).encode


def token_ids(tokenize: Callable[[str], list[int]], text: str) -> list[int]:
    """Ids of the cleaned text with its end mark, at most 512."""
    return [*tokenize(clean(text))[: TEXT_TOKENS - 1], _END]


@torch.no_grad()
def encode(model: nn.Module, ids: list[int], device: torch.device | str = "cpu") -> torch.Tensor:
    """The embedding of ``ids``, (1, 512, width) in the model's type, with zeros after the text, on
    ``device``.

    The encoder sees the padding and its mask, because that is how Wan was trained and Diffusers encodes.
    """
    padded = torch.full((1, TEXT_TOKENS), _PAD, device=device)
    padded[0, : len(ids)] = torch.tensor(ids, device=device)
    mask = (torch.arange(TEXT_TOKENS, device=device) < len(ids)).long().unsqueeze(0)
    hidden = model(padded, mask).last_hidden_state
    return torch.cat([hidden[:, : len(ids)], hidden.new_zeros(1, TEXT_TOKENS - len(ids), hidden.shape[2])], 1)


class EmbeddingCache:
    """Embeddings on disk: an encoder of 11 GB need not be loaded to render the same words again."""

    def __init__(self, folder: Path | None, encoder: str, dtype: torch.dtype):
        """``encoder`` is the model's fingerprint. Without a folder nothing is kept."""
        self.folder, self.encoder, self.dtype = folder, encoder, dtype

    def _file(self, text: str) -> Path:
        key = json.dumps([_RECIPE, clean(text), self.encoder, str(self.dtype), TEXT_TOKENS])
        return self.folder / f"{hashlib.sha256(key.encode()).hexdigest()}.safetensors"

    def get(self, text: str) -> torch.Tensor | None:
        """The embedding, (1, 512, width), or None if it is not there or cannot be read."""
        if self.folder is None or not self._file(text).is_file():
            return None
        try:
            kept = load_file(self._file(text))["embedding"]
        except (SafetensorError, OSError, KeyError):
            return None
        return torch.cat([kept, kept.new_zeros(1, TEXT_TOKENS - kept.shape[1], kept.shape[2])], 1)

    def put(self, text: str, embedding: torch.Tensor, length: int) -> None:
        """Keep the first ``length`` positions; the rest are zeros."""
        if self.folder is not None:
            with replacing(self._file(text)) as partial:
                save_file({"embedding": embedding[:, :length].cpu().contiguous()}, partial)
