"""What packages carry is held to a digest when it is opened: another file is refused by name."""

import shutil
import subprocess
import sys

import pytest

from swav.carriers import Carrier
from swav.errors import SwavError
from swav.hearing.recogniser import CARRIER as RECOGNISER
from swav.music.instruments import SOUNDFONT
from swav.quality.gauges.lettering import READER
from swav.speech.voices.kokoro.voice_files import MODEL_PARTS
from swav.speech.voices.piper import JOE

CARRIERS = (JOE, RECOGNISER, SOUNDFONT, READER, *MODEL_PARTS)
USES = {
    JOE: "from swav.speech.voices.piper import synthesise; synthesise('Sea.', speed=1, seed=1)",
    RECOGNISER: "from swav.hearing.recogniser import _loaded; _loaded()",
    SOUNDFONT: "from swav.music.instruments import _soundfont; _soundfont()",
    READER: "from swav.quality.gauges.lettering import _reader; _reader()",
    MODEL_PARTS[1]: "from swav.speech.voices.kokoro.synthesis import _session; _session()",
}


@pytest.mark.parametrize("carrier", CARRIERS, ids=lambda carrier: carrier.distribution)
def test_what_is_installed_is_what_was_meant(carrier):
    for path in carrier.digests:
        assert carrier.file(path).is_file()


@pytest.mark.parametrize("harm", ["another", "missing"])
@pytest.mark.parametrize("carrier", USES, ids=lambda carrier: carrier.distribution)
def test_who_opens_another_file_refuses_it_by_name(carrier, harm, tmp_path):
    """A package of the same name that holds another file, or none, found before the right one."""
    shutil.copytree(carrier.folder(""), tmp_path / carrier.module)
    path = next(iter(carrier.digests))
    harmed = tmp_path / carrier.module / path
    harmed.unlink()
    if harm == "another":
        harmed.write_bytes(b"other weights")
    use = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\nfrom swav.errors import SwavError\n"
    use += f"try:\n    {USES[carrier]}\nexcept SwavError as refusal:\n    print(refusal)"
    said = subprocess.run([sys.executable, "-c", use], capture_output=True, text=True, check=True).stdout
    assert said.startswith(carrier.what) and path in said and carrier.distribution in said
    assert ("is not the one" if harm == "another" else "cannot be read") in said
    assert "pip install --force-reinstall" in said and len(said) < 300


def test_a_package_that_is_not_installed_is_named():
    carrier = Carrier("the voice anna", "anna_voice", "anna-voice", {"anna.onnx": "0" * 64})
    assert not carrier.installed
    with pytest.raises(SwavError, match=r"^the voice anna is not here: anna-voice is not installed; "):
        carrier.file("anna.onnx")
