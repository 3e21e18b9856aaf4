"""Networks that learnt motion: modules here, and other packages'. See ``swav.motion.interpolator``."""

import pkgutil
from functools import cache

from swav.motion.interpolator import Interpolator
from swav.plugins import Plugins, discover

__all__ = ["interpolator", "plugins"]


@cache
def plugins() -> Plugins[Interpolator]:
    """All interpolators: those of this folder, then those of installed packages."""
    own = (module.name for module in pkgutil.iter_modules(__path__, f"{__name__}."))
    return discover("swav.interpolators", Interpolator, own, "INTERPOLATOR")


def interpolator(name: str) -> Interpolator:
    """The interpolator of that name. Raises EngineError where it is not there, or cannot be used."""
    return plugins().get(name, "way of motion")
