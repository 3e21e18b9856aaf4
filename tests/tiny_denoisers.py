"""Tiny random denoisers of other models than Wan, as Diffusers has them, and a pass of each."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from accelerate import init_empty_weights
from diffusers import CogVideoXTransformer3DModel, HunyuanVideoTransformer3DModel
from torch import nn

from swav.weights.folder import sharded
from swav.weights.stored import source


@dataclass(frozen=True)
class Tiny:
    """A network by its class: ``lists`` are its lists of blocks, ``given`` is what a pass takes."""

    kind: type
    sizes: dict[str, Any]
    lists: tuple[str, ...]
    given: dict[str, torch.Tensor]

    def write(self, folder: Path) -> nn.Module:
        """The network with random weights, saved in shards."""
        torch.manual_seed(0)
        model = self.kind(**self.sizes).eval().requires_grad_(False)
        model.save_pretrained(folder, max_shard_size="20KB")
        return model

    def empty(self, folder: Path) -> tuple[Any, nn.Module]:
        """Its stored tensors, and the network without memory."""
        with init_empty_weights():
            model = self.kind.from_config(self.kind.load_config(folder))
        return source(sharded(folder)), model.eval().requires_grad_(False)

    def run(self, model: nn.Module) -> torch.Tensor:
        """What a pass makes, on the CPU."""
        with torch.no_grad():
            made = model(**self.given, return_dict=False)[0]
        return made.full_tensor() if hasattr(made, "full_tensor") else made


TINY = {
    "joint attention, one list": Tiny(
        CogVideoXTransformer3DModel,
        {
            "num_attention_heads": 2,
            "attention_head_dim": 16,
            "in_channels": 4,
            "out_channels": 4,
            "time_embed_dim": 8,
            "text_embed_dim": 8,
            "num_layers": 3,
            "sample_width": 8,
            "sample_height": 8,
            "sample_frames": 9,
            "patch_size": 2,
            "temporal_compression_ratio": 4,
            "max_text_seq_length": 8,
        },
        ("transformer_blocks",),
        {
            "hidden_states": torch.ones(1, 3, 4, 8, 8),
            "encoder_hidden_states": torch.ones(1, 8, 8),
            "timestep": torch.tensor([5]),
        },
    ),
    "two lists": Tiny(
        HunyuanVideoTransformer3DModel,
        {
            "in_channels": 4,
            "out_channels": 4,
            "num_attention_heads": 2,
            "attention_head_dim": 10,
            "num_layers": 2,
            "num_single_layers": 2,
            "num_refiner_layers": 1,
            "patch_size": 1,
            "patch_size_t": 1,
            "guidance_embeds": True,
            "text_embed_dim": 16,
            "pooled_projection_dim": 8,
            "rope_axes_dim": (2, 4, 4),
        },
        ("transformer_blocks", "single_transformer_blocks"),
        {
            "hidden_states": torch.ones(1, 4, 1, 8, 8),
            "encoder_hidden_states": torch.ones(1, 12, 16),
            "encoder_attention_mask": torch.ones(1, 12),
            "pooled_projections": torch.ones(1, 8),
            "timestep": torch.tensor([5.0]),
            "guidance": torch.tensor([6000.0]),
        },
    ),
}
