"""What the tests of Wan 2.2 share: a tiny model and a machine to shoot on."""

from wan22_site import models, site

__all__ = ["models", "site"]
