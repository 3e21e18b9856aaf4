"""The layouts of Wan 2.2 beside that of Diffusers, for the models of it that are recipes. Light: no torch."""

from pathlib import Path

from swav.diffusion.pipeline_folder import PipelineFolder
from swav.engines.wan22 import originals
from swav.engines.wan22.kinds import Kind
from swav.engines.wan22.named import check_name, doubt
from swav.engines.wan22.originals import TOKENIZERS, Original

PARTS = {
    "high": "transformer",
    "low": "transformer_2",
    "transformer": "transformer",
    "text encoder": "text_encoder",
    "VAE": "vae",
}
"""What Diffusers calls a part."""


class WanLayouts:
    """The layout of Wan's own code, and single files (``swav.diffusion.recipe.Layouts``)."""

    def __init__(self, kind: Kind, pipeline: str, assembler: str):
        """``assembler`` makes the ``pipeline`` of a folder: a function in ``assembly``."""
        self.kind, self.pipeline, self.assembler = kind, pipeline, f"swav.engines.wan22.assembly:{assembler}"

    def original(self, root: Path) -> Original | None:
        """The model's own files in ``root``, as its authors publish them or as single files."""
        return originals.original(root, self.kind) or originals.single(root, self.kind)

    def whole(self, root: Path) -> PipelineFolder | None:
        """The model as its authors publish it; None where that is not its layout."""
        found = originals.original(root, self.kind)
        return found and self._folder(found)

    def scattered(self, root: Path) -> PipelineFolder | None:
        """The model as single files; None where none of its transformers lies there."""
        found = originals.single(root, self.kind)
        return found and self._folder(found)

    def check_name(self, folder: Path, root: Path) -> None:
        """AnotherModel where a name says that it is another model of the same shapes."""
        check_name(folder, root, self.kind)

    def doubt(self, folder: Path, root: Path) -> str:
        """That nothing says which of several models of the same shapes it is; empty where something does."""
        return doubt(folder, root, self.kind)

    def _folder(self, found: Original) -> PipelineFolder:
        tokenizer = {name: found.tokenizer / name for name in TOKENIZERS}
        return PipelineFolder(
            found.root,
            self.pipeline,
            None,
            {PARTS[part]: weights for part, weights in found.parts.items()},
            layout=found.layout,
            beside={n: file for n, file in tokenizer.items() if file.is_file() or file.is_symlink()},
            assembler=self.assembler,
            notes=found.notes,
        )
