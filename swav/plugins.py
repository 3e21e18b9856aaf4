"""Plug-ins: what other packages add to swav, found by entry points, loaded with care.

Engines, voices and players are each an object that follows a base class. A package offers one by an entry
point of that kind's group, under the name that a storyboard uses. Whatever such a package does wrong, it is
said in one sentence that names it, and everything else goes on.
"""

import importlib
import io
import os
import sys
import tempfile
from abc import ABC
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import Distribution, EntryPoint, EntryPoints, distributions
from pathlib import Path
from typing import Any, Generic, TypeVar

from swav.errors import EngineError
from swav.shown import shown

Kind = TypeVar("Kind", bound=ABC)

_MOST_SAID = 90


@dataclass(frozen=True)
class Plugins(Generic[Kind]):
    """All objects of one kind: swav's own, then those of installed packages."""

    usable: Mapping[str, Kind]
    broken: Mapping[str, str] = field(default_factory=dict)
    """By the name that a storyboard may ask for: a sentence that says why it cannot be used."""
    remarks: tuple[str, ...] = ()
    """Sentences of what is wrong with a package but keeps nobody from using it."""

    def sentences(self) -> tuple[str, ...]:
        """All that people should know of packages that do not behave."""
        return tuple(dict.fromkeys((*self.broken.values(), *self.remarks)))

    def get(self, name: str, what: str) -> Kind:
        """The object of that name; EngineError says why there is none. ``what``: a word for its kind."""
        if name in self.usable:
            return self.usable[name]
        if name in self.broken:
            message, _, remedy = self.broken[name].partition("; ")
            raise EngineError(message, remedy)
        raise EngineError(f"there is no {what} named {name!r}", f"use {listed(self.usable)}")


_DISCOVERED: list[Plugins[Any]] = []


def sentences() -> tuple[str, ...]:
    """What people should know of packages that do not behave, of all kinds that were looked for so far."""
    return tuple(dict.fromkeys(said for found in _DISCOVERED for said in found.sentences()))


def listed(names: Iterable[str]) -> str:
    """``piper, kokoro or espeak``."""
    *most, last = list(names)
    return f"{', '.join(most)} or {last}" if most else last


def discover(group: str, base: type[Kind], own: Iterable[str], attribute: str) -> Plugins[Kind]:
    """Every object of a kind: ``attribute`` of the modules ``own``, and entry points of the group.

    swav's own names cannot be taken. Where two packages offer the same name neither is used: which of them
    made a take would depend on the order in which they were installed. An entry point that is listed twice,
    as it is where a package was installed twice, counts once.
    """
    usable = {found.name: found for found in _own(own, attribute)}
    broken: dict[str, str] = {}
    remarks: list[str] = []
    for name, offers in _offers(group, base, remarks).items():
        fit = [offer for offer in offers if not offer.why]
        whys = [offer.why for offer in offers if offer.why]
        if name in usable:
            whys += [_taken(name, offer.package) for offer in fit]
        elif len(fit) == 1:
            usable[name] = fit[0].found
        elif fit:
            both = " and ".join(dict.fromkeys(offer.package for offer in fit))
            twice = f"{name!r} is offered twice, by {both}, so neither is used; pip uninstall one of them"
            broken[name] = twice
        else:
            broken[name] = whys.pop(0)
        remarks += whys
    _DISCOVERED.append(Plugins(usable, broken, tuple(dict.fromkeys(remarks))))
    return _DISCOVERED[-1]


def _taken(name: str, package: str) -> str:
    return (
        f"the package {package} offers {name!r}, which is swav's own name, so it is not used; "
        f"give it another name, or pip uninstall {package}"
    )


@dataclass(frozen=True)
class _Offer:
    """What a package offers under a name: an object, or why it cannot be used."""

    package: str
    found: Any = None
    why: str = ""


def _offers(group: str, base: type[Kind], remarks: list[str]) -> dict[str, list[_Offer]]:
    """All that packages offer, by name: the object's own, or the entry point's where there is none."""
    offers: dict[str, list[_Offer]] = {}
    for entry, package in _entries(group, remarks):
        try:
            found = _loaded(entry, package, base, remarks)
        except _Unfit as unfit:
            offers.setdefault(entry.name, []).append(_Offer(package, why=str(unfit)))
        else:
            offers.setdefault(found.name, []).append(_Offer(package, found))
    return offers


def _own(modules: Iterable[str], attribute: str) -> Iterator[Any]:
    for name in modules:
        found = getattr(importlib.import_module(name), attribute, None)
        if found is not None:
            yield found


_Package = tuple[Distribution, str, EntryPoints | Exception]


class _Unfit(Exception):
    """A package's offer cannot be used; the text is a sentence that names the package."""


def _entries(group: str, remarks: list[str]) -> list[tuple[EntryPoint, str]]:
    """The group's entry points with their packages' names, in order; of a package that stands twice on the
    path, the first. Metadata that cannot be read is remarked upon."""
    found: dict[tuple[str, str, str], EntryPoint] = {}
    seen: set[str] = set()
    for package, folder, offers in (item for place in sys.path for item in _packages(place)):
        if folder.lower() in seen:
            continue
        seen.add(folder.lower())
        if isinstance(offers, Exception):
            name = _name(package)
            remarks.append(f"the metadata of {name} cannot be read ({said(offers)}); reinstall {name}")
            continue
        offered = offers.select(group=group)
        found |= {(entry.name, entry.value, _name(package)): entry for entry in offered}
    return [(found[key], key[2]) for key in sorted(found)]


def look_around() -> None:
    """Read what packages offer, for the processes that this one forks: it takes a third of a short job."""
    for place in sys.path:
        _packages(place)


def _packages(place: str) -> list[_Package]:
    """The packages of a folder of the path."""
    try:
        return _read_packages(place, Path(place).stat().st_mtime_ns)
    except OSError:
        return []


@lru_cache(maxsize=64)
def _read_packages(place: str, changed: int) -> list[_Package]:
    """With the name of the folder of its metadata and what it offers; or why that cannot be read."""
    found = []
    for package in distributions(path=[place]):
        try:
            offers = package.entry_points
        except Exception as error:  # the text may be damaged in as many ways as there are packagers
            offers = error
        found.append((package, _folder(package), offers))
    return found


def _folder(package: Distribution) -> str:
    """A package's name as the folder of its metadata has it, which needs no reading of that."""
    path = getattr(package, "_path", None)
    return Path(str(path)).name.partition("-")[0] if path else _name(package)


def _name(package: Distribution) -> str:
    """A package's name; where its metadata says none, that of the folder that holds it."""
    try:
        name = package.metadata["Name"]
    except Exception:
        name = ""
    return str(name or Path(str(getattr(package, "_path", "unnamed"))).name.partition("-")[0])


def _loaded(entry: EntryPoint, package: str, base: type[Kind], remarks: list[str]) -> Kind:
    """The object that an entry point names, or _Unfit."""
    offer = f"the package {package} offers {entry.name!r}, but"
    with _quiet() as printed:
        try:
            found = entry.load()
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except BaseException as error:  # SystemExit among them: a plug-in does not end swav
            raise _Unfit(
                f"{offer} it cannot be loaded ({said(error)}); reinstall it, or pip uninstall {package}"
            ) from None
    if words := printed():
        remarks.append(
            f"the package {package} prints when it is imported ({words!r}); it should stay silent, "
            "as swav's own output is read by programs"
        )
    return _fitted(found, offer, package, base)


def _fitted(found: Any, offer: str, package: str, base: type[Kind]) -> Kind:
    """The object, once it is sure that it has what its kind needs."""
    remedy = f"see docs/engines.md, or pip uninstall {package}"
    if isinstance(found, type):
        raise _Unfit(f"{offer} {found.__name__} is a class; let the entry point name an object of it")
    lacking = sorted(name for name in _needed(base) if not hasattr(found, name))
    if lacking:
        raise _Unfit(f"{offer} {shown(repr(found), _MOST_SAID)} lacks {', '.join(lacking)}; {remedy}")
    if not isinstance(found.name, str) or not found.name:
        raise _Unfit(f"{offer} its name is {shown(repr(found.name), _MOST_SAID)}, no text; {remedy}")
    functions = (name for name in base.__abstractmethods__ if callable(getattr(base, name)))
    uncallable = sorted(name for name in functions if not callable(getattr(found, name)))
    if uncallable:
        raise _Unfit(f"{offer} its {uncallable[0]} is no function; {remedy}")
    if isinstance(found, base):
        return found
    # It follows the base class without saying so: it gets the defaults of what it does not define.
    try:
        object.__setattr__(found, "__class__", type(type(found).__name__, (type(found), base), {}))
    except TypeError:
        raise _Unfit(f"{offer} it is no {base.__name__}; derive its class from {base.__name__}") from None
    return found


def _needed(base: type) -> set[str]:
    """What an object must have of its own: abstract methods, and annotated names without a default."""
    annotated = {name for kind in base.__mro__ for name in getattr(kind, "__annotations__", {})}
    return set(base.__abstractmethods__) | {name for name in annotated if not hasattr(base, name)}


@contextmanager
def _quiet():
    """Catch what is printed, by Python or beneath it: a table or JSON on standard output stays whole.

    Yields a function that gives the first line of it afterwards.
    """
    words = io.StringIO()
    sys.stdout.flush()
    sys.stderr.flush()
    with tempfile.TemporaryFile() as file, redirect_stdout(words), redirect_stderr(words):
        kept = {descriptor: os.dup(descriptor) for descriptor in (1, 2)}
        try:
            for descriptor in kept:
                os.dup2(file.fileno(), descriptor)
            yield lambda: shown(words.getvalue().strip().partition("\n")[0] or beneath, _MOST_SAID)
        finally:
            for descriptor, before in kept.items():
                os.dup2(before, descriptor)
                os.close(before)
            file.seek(0)
            beneath = file.read(4096).decode(errors="replace").strip().partition("\n")[0]


def said(error: BaseException) -> str:
    """An error in a few words, for a sentence: ``ModuleNotFoundError: No module named 'x'``."""
    first = str(error).strip().partition("\n")[0]
    return shown(f"{type(error).__name__}: {first}" if first else type(error).__name__, _MOST_SAID)
