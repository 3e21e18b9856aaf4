"""The form of a take: whether it is the file that the cut counts on."""

from swav.media.probe import Picture
from swav.quality.verdict import Expected


def form(picture: Picture, decoded: int, damaged: list[int], expected: Expected) -> dict[str, object]:
    """Every way in which a clip is not the file that was ordered, one sentence each."""
    faults = []
    if damaged:
        faults.append(f"{len(damaged)} frames cannot be decoded whole, the first is {damaged[0]}")
    if decoded != expected.frames:
        faults.append(f"the clip has {decoded} frames, and {expected.frames} were ordered")
    if (picture.width, picture.height) != (expected.width, expected.height):
        size = f"{expected.width}x{expected.height}"
        faults.append(f"the picture is {picture.width}x{picture.height}, and {size} was ordered")
    if picture.rate != expected.rate:
        faults.append(f"the clip runs at {picture.rate} frames a second, and {expected.rate} was ordered")
    return {"faults": faults, "decodable": True}


def undecodable(why: str) -> dict[str, object]:
    """The form of a file that no decoder reads to its end."""
    return {"faults": [why], "decodable": False}
