"""Models, voices and instruments that come inside packages: which file each is, and that it is that file.

A package may change what it carries, or be another one under the same name. So each file is held to its
sha256 when it is opened, once a process (a tenth of a second for 75 MB), and another one is refused by name.
Who opens such files declares their carrier. Light.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from swav.errors import SwavError
from swav.hashes import content_digest


@dataclass(frozen=True, eq=False)
class Carrier:
    """Files in an installed package."""

    what: str
    module: str
    """The package as Python imports it."""
    distribution: str
    """The package as pip installs it."""
    digests: Mapping[str, str]
    """sha256 of each file, by its path in the package."""

    @property
    def installed(self) -> bool:
        return find_spec(self.module) is not None

    def file(self, path: str) -> Path:
        """One of the files, which is the one that swav was tried with.

        SwavError, naming the file and the package, where it is missing or another.
        """
        return _checked(self, path)

    def folder(self, path: str) -> Path:
        """A folder of the package in which every file that is declared is the right one. SwavError."""
        for name in self.digests:
            self.file(name)
        return self._root() / path

    def _root(self) -> Path:
        found = find_spec(self.module)
        if found is None or not found.submodule_search_locations:
            raise SwavError(
                f"{self.what} is not here: {self.distribution} is not installed; "
                f"pip install {self.distribution}"
            )
        return Path(found.submodule_search_locations[0])


@cache
def _checked(carrier: Carrier, path: str) -> Path:
    file, wanted = carrier._root() / path, carrier.digests[path]
    remedy = "install it again: pip install --force-reinstall --no-deps -r requirements/default.lock"
    try:
        found = content_digest(file)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise SwavError(
            f"{carrier.what} cannot be read: {path} of {carrier.distribution}: {reason}; {remedy}"
        ) from None
    if found != wanted:
        raise SwavError(
            f"{carrier.what} is not the one that swav was tried with: {path} of {carrier.distribution} has "
            f"the digest {found[:12]}, not {wanted[:12]}; {remedy}"
        )
    return file
