"""Messages of the libraries below that tell a film maker nothing: known, harmless, one per model and rank."""

import logging
import warnings

_HARMLESS = (
    "experimental feature",
    "Expected input tensor to have 2 dimensions, but got 1",  # the timestep, which Ulysses need not split
)


def _tells_something(record: logging.LogRecord) -> bool:
    message = record.getMessage()
    return not any(words in message for words in _HARMLESS)


def hush() -> None:
    """Leave these messages out, in this process; every other message still comes."""
    for name in ("diffusers.models.modeling_utils", "diffusers.hooks.context_parallel"):
        logging.getLogger(name).addFilter(_tells_something)
    warnings.filterwarnings("ignore", r"`torch\.distributed\._functional_collectives\.all_gather_tensor`")
