"""What is written or laid on a picture: overlays, logos, title cards."""

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from swav.parts import Part
from swav.storyboard.forms import Language, Lines, PositiveSeconds, Seconds, Share, Text, place

LETTERED_LANGUAGE = "ISO code; some letters have other forms in it. The voice's language if absent."


class Card(Part):
    """A designed title card."""

    title: Text = Field(min_length=1, description="The large line.")
    subtitle: Text = Field("", description="The small line.")
    language: Language | None = Field(None, description=LETTERED_LANGUAGE)


OverlayStyle = Literal["title", "lower_third", "caption", "credit"]
OverlayPlace = Annotated[
    Literal[
        *("top left", "top", "top right", "left", "centre", "right", "bottom left", "bottom", "bottom right")
    ],
    BeforeValidator(place),
]


class Overlay(Part):
    """Lettering that is set over the picture, never asked of a model; or a picture, such as a logo."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["text"]}, {"required": ["picture"]}]}
    )

    text: Lines | None = Field(None, description="A line, or a list of lines.")
    style: OverlayStyle = Field("lower_third", description="Where and how text is set.")
    language: Language | None = Field(None, description=LETTERED_LANGUAGE)
    picture: str | None = Field(
        None, min_length=1, description="A picture file in the place of text: a logo, with its transparency."
    )
    place: OverlayPlace = Field("top right", description="Where a picture lies.")
    size: Share = Field(
        0.15,
        gt=0,
        le=1,
        description="A square picture's side as a share of the frame's; others cover as much.",
    )
    margin: Share | None = Field(
        None,
        ge=0,
        lt=0.5,
        description="A picture's distance from the edges; the safe title area's if absent.",
    )
    start: Seconds = Field(Fraction(0), description="Seconds into the shot.")
    end: PositiveSeconds | None = Field(None, description="Seconds into the shot; its end if absent.")

    @property
    def lines(self) -> tuple[str, ...]:
        return (self.text,) if isinstance(self.text, str) else self.text or ()
