"""Values say how they look, compare and hash when they are first asked: most of a start never are.

``dataclasses`` writes and compiles six methods for each class, one by one. swav has hundreds of classes, and
a start that has nothing to do asks few of them for anything but their fields. From Python 3.13 on they are
compiled together, and left as they are here.
"""

import dataclasses
from collections.abc import Callable, Iterable
from inspect import signature
from typing import Any

CREATES = ("name", "args", "body", "globals", "locals", "return_type")
"""The parameters of ``dataclasses._create_fn`` in the Pythons for which this was written."""
_AT_ONCE = ("__init__",)
"""What is compiled at once: most values are made, and others look at what one is made of."""


def put_off_methods() -> None:
    """Have the dataclasses of this process, from now on, compile a method when it is first called."""
    create = getattr(dataclasses, "_create_fn", None)
    if create is None or tuple(signature(create).parameters) != CREATES or create.__module__ == __name__:
        return
    dataclasses._create_fn = _when_called(create)


def _when_called(create: Callable[..., Any]) -> Callable[..., Any]:

    def create_fn(
        name: str,
        args: Iterable[str],
        body: Iterable[str],
        *,
        globals: dict[str, Any] | None = None,
        locals: dict[str, Any] | None = None,
        return_type: Any = dataclasses.MISSING,
    ) -> Any:
        def made() -> Any:
            return create(name, args, body, globals=globals, locals=locals, return_type=return_type)

        return made() if name in _AT_ONCE else _put_off(name, made)

    create_fn.__module__ = __name__
    return create_fn


def _put_off(name: str, make: Callable[[], Any]) -> Any:
    """A method that makes itself when it is called, and stands back for what it made."""
    made = None

    def method(self: Any, *given: Any) -> Any:
        nonlocal made
        if made is None:
            made = make()
            made.__qualname__ = method.__qualname__
            for owner in type(self).__mro__:
                if owner.__dict__.get(name) is method:
                    type.__setattr__(owner, name, made)
        return made(self, *given)

    method.__name__ = name
    return method
