"""Which of a file's picture tracks is the film: one that moves and is no cover, its own choice first."""

import av
from av.stream import Disposition

from swav.media.disguise import disguise

_COVER = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
_LAYER = Disposition.dependent | Disposition.multilayer  # depth, a second eye: of no use without its base
_PICTURES = ("mjpeg", "png", "apng", "bmp", "gif", "webp", "tiff", "jpegls", "jpeg2000", "av1_still")
"""Codecs of single pictures: only these need to be looked at where a track stands alone."""
_PATIENCE = 60  # packets of other tracks after which a track of one packet is taken for a picture


def film_track(container: "av.container.InputContainer") -> "av.VideoStream | None":
    """The track that moves; None if there is none. Reads packets where the header does not say, so that a
    container is best opened anew for what comes next."""
    tracks = [track for track in container.streams.video if not track.disposition & (_COVER | _LAYER)]
    tracks = [track for track in tracks if track.codec_context is not None]
    single = len(tracks) == 1 and tracks[0].codec_context.name not in _PICTURES
    moving = tracks if single else _moving(container, tracks)
    return next(
        (track for track in moving if track.disposition & Disposition.default), next(iter(moving), None)
    )


def _moving(
    container: "av.container.InputContainer", tracks: "list[av.VideoStream]"
) -> "list[av.VideoStream]":
    """Those of the tracks that have more than one frame."""
    unclear = [track for track in tracks if not track.frames]
    packets = dict.fromkeys((track.index for track in tracks), 0)
    if unclear:
        for number, packet in enumerate(container.demux()):
            if packet.stream_index in packets and packet.size:
                packets[packet.stream_index] += 1
            seen = [packets[track.index] for track in unclear]
            if min(seen) > 1 or number > _PATIENCE * len(container.streams):
                break
    return [track for track in tracks if track.frames > 1 or packets[track.index] > 1]


def no_film(container: "av.container.InputContainer", path) -> str:
    """What a file without a film holds, and what to do, for a sentence that begins with its name."""
    if container.streams.video and container.streams.audio:
        return "holds no moving picture, only sound and a cover; give a video file"
    if container.streams.video:
        return "holds no moving picture, but a single one; give a video file, or name it under still: instead"
    if container.streams.audio:
        return "holds no picture, only sound; give a video file, or name it under sound: instead"
    return disguise(path) or "holds no picture; give a video file"
