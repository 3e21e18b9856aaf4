"""The limits of the gates for narration: the ``speech_quality:`` group of ``config.yaml``. Light."""

from swav.quality.limits import Rising, rising
from swav.storyboard.model import Part


class SpeechLimits(Part):
    """At which number each gate of a spoken line warns and fails."""

    words: Rising = rising(0.25, 0.6)
    """Word error rate: the share of the written words that a recogniser did not hear, 0 to 1 and above."""
    clipped: Rising = rising(0.0001, 0.001)
    """Share of the samples that are at full scale."""
    silent: Rising = rising(1.5, 4.0)
    """Seconds of the longest silence inside the line."""
