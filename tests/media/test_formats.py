"""Which kinds of file are opened: those on the list, and nothing that a file names."""

from fractions import Fraction
from pathlib import Path

import pytest
from numbered import write_numbered
from PIL import Image

from swav.animatic.still import still_frames
from swav.errors import MediaError
from swav.media import ffmpeg
from swav.media.conform import conform_footage
from swav.media.formats import only
from swav.media.probe import probe
from swav.sound.decode import decoded

SDP = "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n"
DASH = (
    '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
    'profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period><AdaptationSet>'
    '<Representation id="1" bandwidth="1"><BaseURL>secret.mp4</BaseURL></Representation>'
    "</AdaptationSet></Period></MPD>"
)
HLS = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{}\n#EXT-X-ENDLIST\n"
INDIRECT = {
    "list.ffconcat": "ffconcat version 1.0\nfile secret.mp4\n",
    "list.mp4": "ffconcat version 1.0\nfile secret.mp4\n",
    "list.m3u8": HLS.format("secret.ts"),
    "above.m3u8": HLS.format("../secret.ts"),
    "web.m3u8": HLS.format("http://127.0.0.1:9/secret.ts"),
    "bom.m3u8": "\ufeff" + HLS.format("secret.ts"),
    "manifest.mpd": DASH,
    "stream.sdp": SDP,
    "list.pls": "[playlist]\nFile1=secret.mp4\n",
    "list.txt": "file secret.mp4\n",
    "subtitles.srt": "1\n00:00:00,000 --> 00:00:01,000\nwords\n",
}


@pytest.fixture(scope="module")
def secrets(tmp_path_factory) -> Path:
    """A folder that holds films which lists may name, with a folder of lists in it."""
    top = tmp_path_factory.mktemp("films")
    inner = top / "lists"
    inner.mkdir()
    for folder in (top, inner):
        film = write_numbered(folder / "secret.mp4", range(24))
        sound = ["-f", "lavfi", "-i", "sine=d=1", "-shortest"]
        ffmpeg.run(["-i", str(film), *sound, str(folder / "secret.ts")], what="a film that is named")
    return inner


@pytest.mark.parametrize("name", INDIRECT)
@pytest.mark.parametrize("read", [probe, lambda path: list(decoded(path))], ids=["film", "sound"])
def test_what_names_other_files_is_refused(secrets, name, read):
    path = secrets / name
    path.write_text(INDIRECT[name])
    with pytest.raises(MediaError) as caught:
        read(path)
    said = str(caught.value)
    assert said.startswith(f"{path} ") and "\n" not in said and len(said) - len(str(path)) < 200
    if not name.startswith(("list.pls", "list.txt")):  # of those, ffmpeg knows nothing
        assert "film" in said or "text" in said


@pytest.mark.parametrize("name", ["take%02d.png", "take%02d.jpg"])
def test_numbered_pictures_are_no_film(tmp_path, name):
    for number in range(3):
        Image.new("RGB", (64, 64), (number * 90, 0, 0)).save(tmp_path / (name % number))
    (tmp_path / name).write_bytes((tmp_path / (name % 0)).read_bytes())
    with pytest.raises(MediaError, match="is a picture, not a film; show it as a `still:`"):
        probe(tmp_path / name)


def test_ffmpeg_itself_is_given_the_list(secrets):
    """What PyAV refuses, the program refuses too, should the file be replaced between the two."""
    path = secrets / "again.m3u8"
    path.write_text(HLS.format("secret.ts"))
    options = [word for name, value in only().items() for word in (f"-{name}", value)]
    with pytest.raises(MediaError):
        ffmpeg.run([*options, "-i", f"file:{path}", "-f", "null", "-"], what="reading a list")
    ffmpeg.run([*options, "-i", f"file:{secrets / 'secret.ts'}", "-f", "null", "-"], what="reading a film")


def test_footage_is_conformed_under_the_list(secrets, monkeypatch):
    """The command that conforms carries both options."""
    seen = []
    monkeypatch.setattr("swav.media.conform.run", lambda work, what: seen.append(list(work)))
    with pytest.raises(MediaError):  # nothing was written, which is noticed
        conform_footage(
            secrets / "secret.mp4",
            start=Fraction(0),
            frames=2,
            width=64,
            height=36,
            rate=Fraction(24),
            target=secrets / "out.mp4",
            metadata={},
        )
    (command,) = seen
    for name, value in only().items():
        assert command[command.index(f"-{name}") + 1] == value
        assert command.index(f"-{name}") < command.index("-i")


FILMS = {
    "mp4": (),
    "mov": (),
    "mkv": (),
    "ts": (),
    "avi": (),
    "mpg": ("-r", "25"),
    "wmv": (),
    "gif": (),
    "dv": ("-target", "pal-dv"),
}
FILMS |= {
    "webm": ("-c:v", "libvpx"),
    "mxf": ("-c:v", "mpeg2video", "-r", "25"),
    "flv": (),
    "ogv": ("-c:v", "libtheora"),
    "apng": ("-f", "apng"),
}
FILMS |= {
    "y4m": ("-pix_fmt", "yuv420p"),
    "nut": (),
    "3gp": (),
    "mjpeg": ("-pix_fmt", "yuvj420p"),
}


@pytest.mark.parametrize("kind", FILMS)
def test_films_of_many_kinds_are_read(tmp_path, secrets, kind):
    target = tmp_path / f"film.{kind}"
    options = ["-an", "-s", "128x96", *FILMS[kind]]
    ffmpeg.run(["-i", str(secrets / "secret.mp4"), *options, str(target)], what=f"making {kind}")
    assert probe(target).frames > 0


def first_frame(picture: Path):
    return next(still_frames(picture, camera="static", width=64, height=36, rate=Fraction(24), count=1))


EPS = "%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 64 64\n%%EndComments\nshowpage\n%%EOF\n"
OTHERS = {
    "logo.eps": EPS,
    "named.png": EPS,
    "logo.svg": "<svg/>",
    "list.xpm": "/* XPM */\n",
    "deep.fits": "SIMPLE  =  T",
}


@pytest.mark.parametrize("name", OTHERS)
def test_pictures_of_other_kinds_are_refused(tmp_path, monkeypatch, name):
    """EPS among them, for which Pillow would start another program."""
    started = []
    monkeypatch.setattr("subprocess.check_call", lambda *given, **named: started.append(given))
    (tmp_path / name).write_text(OTHERS[name])
    with pytest.raises(MediaError, match="PNG"):
        first_frame(tmp_path / name)
    assert not started


def test_a_film_is_read_from_a_file_and_by_no_other_way(secrets):
    assert only()["protocol_whitelist"] == "file"
