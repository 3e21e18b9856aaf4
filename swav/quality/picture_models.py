"""Loading the optional models that look at pictures: whole or not at all, and without a word."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from swav.quality.readers import clip_lacks_packages


def lacking_packages(folder: Path) -> str:
    """Why the model of a folder cannot be used here; empty where its packages are installed."""
    absent = " and ".join(clip_lacks_packages())
    return f"{absent} is not installed here; install swav[wan] to use {folder.name}" if absent else ""


@contextmanager
def loading() -> Iterator[None]:
    """While the block loads a model with transformers: no progress bar, and each failure a ValueError."""
    from safetensors import SafetensorError
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    except (OSError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        raise ValueError(str(error).strip().partition("\n")[0] or type(error).__name__) from None
    finally:
        if shown:
            logging.enable_progress_bar()


def whole(model: Any, notes: Mapping[str, Any]) -> Any:
    """A model and what transformers notes of its loading: the model, or ValueError if weights are missing."""
    if notes["missing_keys"]:  # transformers would fill them with random numbers
        raise ValueError(f"{len(notes['missing_keys'])} of its weights are missing")
    return model.eval()
