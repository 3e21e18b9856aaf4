"""A film is signed: its manifest is written into it by the C2PA library, and read again before it counts.

The library, and what it loads, are imported when something is signed or read.
"""

import json
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from swav.files import replacing
from swav.provenance.certificate import NoSigner, Signer
from swav.provenance.reading import read_provenance

FORMATS = {".mp4": "video/mp4", ".m4v": "video/x-m4v", ".mov": "video/quicktime"}
"""Films that can hold a manifest, by suffix."""
_SETTINGS = {
    "builder": {"thumbnail": {"enabled": False}},
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
}
"""No picture is drawn for the manifest, and nothing is fetched from a network."""


def library() -> str:
    """Why nothing can be signed or read on this machine; empty where it can. Light."""
    if find_spec("c2pa") is None:
        return "c2pa-python is not installed; type: pip install c2pa-python"
    return ""


def sign(
    film: Path,
    target: Path,
    definition: dict[str, Any],
    signer: Signer,
    carried: dict[str, Path] | None = None,
) -> None:
    """Write a copy of ``film`` with a manifest, at ``target``. Picture and sound are byte for byte the same.

    ``carried`` names files by their ingredient's label whose own manifests are taken over, such as footage of
    a camera that signs. Raises NoSigner where it cannot be signed, or where the library's own reader does not
    find what was written to be whole.
    """
    if why := library():
        raise NoSigner(why)
    if target.suffix.lower() not in FORMATS:
        known = ", ".join(FORMATS)
        raise NoSigner(f"a {target.suffix or 'file without a suffix'} holds no manifest; {known} do")
    with replacing(target) as beside:
        _write(film, beside, definition, signer, carried or {})
        found = read_provenance(beside)
        if found.state not in ("valid", "trusted"):
            raise NoSigner(f"what was signed does not read as whole: {found.problem}")


def _write(
    film: Path, beside: Path, definition: dict[str, Any], signer: Signer, carried: dict[str, Path]
) -> None:
    import c2pa

    format_ = FORMATS[beside.suffix.lower()]
    whole, own = _without(definition, carried)
    try:
        info = c2pa.C2paSignerInfo(signer.algorithm, signer.chain, signer.key, None)
        context = c2pa.Context.from_dict(_SETTINGS)
        builder = c2pa.Builder(json.dumps(whole), context)
        for ingredient in own:
            path = carried[ingredient["label"]]
            with path.open("rb") as file:
                builder.add_ingredient(json.dumps(ingredient), ingredient["format"], file)
        with film.open("rb") as source, beside.open("w+b") as dest:
            builder.sign(c2pa.Signer.from_info(info), format_, source, dest)
    except c2pa.C2paError as error:
        raise NoSigner(f"the film cannot be signed: {str(error) or type(error).__name__}") from None


def _without(definition: dict[str, Any], carried: dict[str, Path]) -> tuple[dict[str, Any], list[dict]]:
    """A definition without the ingredients that are read from their files, and those."""
    own = [item for item in definition["ingredients"] if item["label"] in carried]
    rest = [item for item in definition["ingredients"] if item["label"] not in carried]
    return definition | {"ingredients": rest}, own


def carries_manifest(file: Path) -> bool:
    """Whether a file that goes into a film has a manifest of its own."""
    if library():
        return False
    with suppress(Exception):
        return read_provenance(file).state != "none"
    return False
