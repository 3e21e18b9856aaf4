"""The limits of the gates for a finished reel. Light."""

from swav.parts import Part
from swav.quality.bounds import Rising, rising


class ReelLimits(Part):
    """At which number each gate for the reel warns and fails, in the form of ``quality:``."""

    loudness: Rising = rising(0.5, 1.0)
    """LU away from the loudness that was asked for."""
    true_peak: Rising = rising(0.05, 0.3)
    """dB above the true peak that was asked for."""
    black: Rising = rising(1.0, 3.0)
    """Seconds of the longest black gap; a fade through black is shorter."""
    silent: Rising = rising(3.0, None)
    """Seconds of the longest silent gap."""
    length: Rising = rising(1.0, 2.0)
    """Frames by which picture and sound differ in length."""
    reading: Rising = rising(0.1, 1.0)
    """By what share a subtitle has to be read faster than its language is comfortably read."""
