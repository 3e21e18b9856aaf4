"""What models are asked with besides a prompt: style, cast and places, LoRAs, sampling, noise."""

from typing import Annotated, Literal

from pydantic import Field

from swav.parts import Part
from swav.storyboard.forms import CardKind, PictureFile, SamplingName, SolverName, Text


class Style(Part):
    """Words that every generated shot shares."""

    prompt: Text = Field("", description="Added to every prompt: medium, palette, lens, mood.")
    negative: Text = Field("", description="Added to every negative prompt.")


class Lora(Part):
    """A LoRA that is merged into the video model's weights: a look, or a draft in a few steps."""

    file: str = Field(min_length=1, description="A .safetensors file, relative to the storyboard.")
    weight: float = Field(1.0, ge=-4, le=4, description="How strongly.")
    expert: Literal["high", "low", "both"] = Field(
        "both", description="Which expert of a model with two: high noise, low noise, or both."
    )


class Sampling(Part):
    """How a model draws a shot from noise: a named way, and single values over it."""

    name: SamplingName | None = Field(
        None, description="official, or as few-step LoRAs were trained; what the LoRAs say if absent."
    )
    shift: float | None = Field(None, gt=0, le=100, description="Shift of the noise levels; Wan's own is 12.")
    solver: SolverName | None = Field(None, description="unipc, euler or dpm++.")
    boundary: float | None = Field(
        None, ge=0, le=1, description="Noise level below which the low-noise expert takes over; 0.875."
    )


class Noise(Part):
    """The noise that a shot begins with, as a CUDA card draws it for other programs."""

    like: CardKind = Field(description="The kind of card; cuda is an H100.")


EntityName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,31}$")]
MOST_REFERENCES = 8


class Entity(Part):
    """Somebody, something or somewhere that stays itself from shot to shot."""

    look: Text = Field("", description="How it looks, as a phrase: it enters the prompts of its shots.")
    references: tuple[PictureFile, ...] = Field(
        (), max_length=MOST_REFERENCES, description="Pictures of it, after which keyframes are drawn."
    )
    loras: tuple[Lora, ...] = Field((), description="LoRAs of it, which its shots are rendered with.")
