"""What nearly every build imports, for its helper: steps import it when they come."""

MODULES = (
    "numpy",
    "av",
    "swav.opencv",
    "swav.reel.shooting",
    "swav.media.writer",
    "swav.animatic.told",
    "swav.quality.measure",
    "swav.cut.segment",
    "swav.quality.joined",
    "swav.reel.judging",
    "swav.cut.join",
    "swav.reel.stamp",
    "swav.review.overview",
    "swav.titles.setting",
    "swav.quality.speech",
    "swav.hearing.alignment",
    "PIL.JpegImagePlugin",
    "swav.reel.steps",
    "swav.reel.signing",
    "swav.review.finals",
    "swav.review.approving",
)
"""In the order in which they are wanted where a prompt was edited: by ``draw``, by ``judge``, ``segment`` and
``transition``, by ``join``, ``admit`` and ``deliver``. They decide nothing but time: what is missing is
imported by the job that wants it, and what is not wanted is imported for nothing."""
