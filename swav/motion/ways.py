"""The words for how a take of another rate comes to the reel's. Light."""

HOLD = "hold"
"""Its frames are shown as they are."""
INTERPOLATE, BLEND = "interpolate", "blend"
OWN = (INTERPOLATE, BLEND, HOLD)
"""Those that need nothing but swav; a network that learnt it is one more (``swav.motion.interpolators``)."""
