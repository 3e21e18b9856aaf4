"""The text encoder at work: where it waits, who runs it, and what is remembered.

One rank's answers serve all, so that no two ranks ever disagree about what the cache holds. The encoder,
11 GB, is on the card only while it encodes, unless it may stay; streamed, only block by block even then.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import torch
from torch import nn

from swav.diffusion.parallel import Team
from swav.diffusion.residency import Parked, Streamed
from swav.engines.wan22.layout import ModelFolder
from swav.engines.wan22.reading import unread_text_encoder
from swav.engines.wan22.text import EmbeddingCache, encode, token_ids, tokenizer

TextHome = Literal["card", "host", "streamed", "disk"]


class TextEncoder:
    """Embeds prompts. It is loaded when a prompt comes that the cache does not know, and not before."""

    def __init__(
        self,
        files: ModelFolder,
        fingerprint: str,
        team: Team,
        home: TextHome,
        dtype: torch.dtype,
        cache: Path | None,
    ):
        self.files, self.team, self.home, self.dtype = files, team, home, dtype
        self.cache = EmbeddingCache(cache, fingerprint, dtype)
        self._tokenize = tokenizer(files.tokenizer)
        self._parked: Parked | Streamed | None = None

    def embed(self, texts: Sequence[str]) -> list[torch.Tensor]:
        """Embeddings of the texts, each (1, 512, width) on the CPU; the same on all ranks."""
        known = self.team.share([self.cache.get(text) for text in texts] if self.team.rank == 0 else None)
        unknown = [place for place, embedding in enumerate(known) if embedding is None]
        if not unknown:
            return known
        encoded = self._encode([token_ids(self._tokenize, texts[place]) for place in unknown])
        for place, embedding in zip(unknown, self.team.share(encoded), strict=True):
            known[place] = embedding
            if self.team.rank == 0:
                self.cache.put(texts[place], embedding, len(token_ids(self._tokenize, texts[place])))
        return known

    def _encode(self, texts: list[list[int]]) -> list[torch.Tensor] | None:
        """Sharded, the encoder needs all ranks; whole, rank 0 encodes for all."""
        if not self.team.degrees.sharded and self.team.rank > 0:
            return None
        model = self._ready()
        embeddings = [encode(model, ids, self.team.device).cpu() for ids in texts]
        if self.home != "card":
            self._make_room()
        return embeddings

    def _make_room(self) -> None:
        """A whole encoder is parked. A sharded one cannot be moved: it goes, and is read anew for the
        next prompt.
        """
        if self.team.degrees.sharded:
            self._parked = None
        else:
            self._parked.park()

    def _ready(self) -> nn.Module:
        if self._parked is None:
            self._parked = self._load()
        return self._parked.bring()

    def _load(self) -> Parked | Streamed:
        device = self.team.device
        unread = unread_text_encoder(
            self.files.text_encoder,
            self.dtype,
            lambda model: self.team.divide(model, model.encoder.block, split_tokens=False),
        )
        if self.home in ("host", "streamed") and not self.team.degrees.sharded:
            model = unread.fill("cpu", pinned=device.type == "cuda")
            return Parked(model, device) if self.home == "host" else Streamed(model, model.encoder, device)
        return Parked(unread.model, device, lambda model: unread.fill(device))
