"""What a delivery's format means for the configuration: how loud it is, and how its picture is encoded."""

from swav.config import Config
from swav.storyboard.model import Delivery, DeliveryFormat

WEB, BROADCAST = (-16.0, -1.0), (-23.0, -1.0)
"""LUFS and dBTP: what players of films on the web turn everything to, and EBU R 128."""
FORMATS: dict[DeliveryFormat, tuple[tuple[float, float], int]] = {
    "web": (WEB, 20),
    "broadcast": (BROADCAST, 12),
    "prores": (BROADCAST, 4),
    "dnxhr": (BROADCAST, 4),
}
"""Loudness and H.264 quality of each; a master is encoded once more from pieces that are nearly lossless."""
MASTERS = ("prores", "dnxhr")
"""Those that are encoded once more, for editing programs."""


def formatted(config: Config, delivery: Delivery) -> Config:
    """The configuration of a delivery: what it does not say stays."""
    changed = config
    if delivery.format:
        (loudness, peak), crf = FORMATS[delivery.format]
        levels = config.loudness.model_copy(update={"integrated": loudness, "true_peak": peak})
        encoder = config.delivery.model_copy(update={"crf": crf})
        changed = config.model_copy(update={"loudness": levels, "delivery": encoder})
    if delivery.loudness is not None:
        levels = changed.loudness.model_copy(update={"integrated": delivery.loudness})
        changed = changed.model_copy(update={"loudness": levels})
    return changed


def codec_of(delivery: Delivery | None) -> str:
    """The codec of a delivery that is a master; empty for one that is not."""
    return delivery.format if delivery and delivery.format in MASTERS else ""
