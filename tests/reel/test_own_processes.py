"""The same film, byte for byte, whether jobs are forks of the helper or processes of their own."""

from project import Project

from swav.helper.hiring import OFF, VARIABLE

BOARD = {
    "title": "Twice",
    "size": "128x72",
    "fps": 12,
    "seed": 3,
    "engine": "animatic",
    "music": {"prompt": "calm strings"},
    "shots": [
        {
            "id": "a",
            "duration": 1.5,
            "prompt": "A harbour at dawn",
            "overlay": {"text": "नौसेना", "style": "title"},
            "transition": {"type": "fade", "duration": 0.5},
        },
        {"id": "b", "duration": 1, "still": {"file": "sample:harbour.png"}},
    ],
}


def made(project):
    """The bytes of all that the film is made of, and of the reel; no two signatures are alike."""
    build = project.folder / "build"
    kept = (file for file in sorted(build.rglob("*.*")) if file.parent.name != "signed")
    files = {str(file.relative_to(build)): file for file in kept}
    return {name: files[name].read_bytes() for name in files if name.endswith((".mp4", ".png", ".wav"))}


def test_forks_make_the_same_bytes(tmp_path):
    forked, alone = Project(tmp_path / "forked", BOARD), Project(tmp_path / "alone", BOARD)
    assert forked.build() == alone.build(**{VARIABLE: OFF})
    assert len(made(alone)) >= 8 and any("reels" in name for name in made(alone))
    assert made(forked) == made(alone)
