"""The limits of the gates for narration: the ``speech_quality:`` group of ``config.yaml``. Light."""

from swav.parts import Part
from swav.quality.bounds import Rising, rising


class SpeechLimits(Part):
    """At which number each gate for a spoken line warns and fails, in the form of ``quality:``."""

    words: Rising = rising(0.25, 0.6)
    """Word error rate: words heard otherwise than written, for each word written, 0 to 1 and above."""
    clipped: Rising = rising(0.0001, 0.0005)
    """Share of the samples that are cut off flat at a peak."""
    silent: Rising = rising(1.0, 2.5)
    """Seconds of the longest silence inside the line."""
