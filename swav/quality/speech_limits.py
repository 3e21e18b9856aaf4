"""The limits of the gates for narration: the ``speech_quality:`` group of ``config.yaml``. Light."""

from swav.quality.limits import Rising, rising
from swav.storyboard.model import Part


class SpeechLimits(Part):
    """At which number each gate for a spoken line warns and fails, in the form of ``quality:``."""

    words: Rising = rising(0.25, 0.5)
    """Word error rate: words heard otherwise than written, for each word written."""
    clipped: Rising = rising(0.0001, 0.001)
    """Share of the samples that are cut off at the top of the scale."""
    silent: Rising = rising(1.0, 2.0)
    """Seconds of the longest silence inside the line."""
