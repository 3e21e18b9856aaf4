"""Takes first: with `approve: takes` a film is delivered once people have approved what it shows."""

import pytest
import yaml
from project import Project, jobs

from swav.config import Config
from swav.cut.notebook import Entry, Notebook, now
from swav.errors import InputError
from swav.reel.workflow import read_reel
from swav.review.approving import Unapproved, _not_approved
from swav.storyboard.forms import APPROVABLE

CARD = {"duration": 0.5, "card": {"title": "One"}}
BOARD = {
    "title": "Signed",
    "size": "128x72",
    "fps": 12,
    "engine": "stub",
    "music": {"engine": "none"},
    "shots": [
        {"id": "a", **CARD},
        {"id": "b", "duration": 0.5, "prompt": "a grey cat by the sea, slow push in, soft light"},
    ],
}


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    folder = tmp_path_factory.mktemp("signed") / "reel"
    project = Project(folder, BOARD, {"cards": 1, "approve": "takes"})
    project.give_weights()
    return project


def waits(project: Project) -> list[str]:
    return project.plan()["unapproved"]


def test_a_film_is_delivered_once_every_take_in_it_is_approved(project):
    """From the first build to the last edit: what is said, by whom, and what is made."""
    assert "final.mp4 is delivered once the take of each shot is approved" in project.swav("plan").stdout
    assert "b has no take yet" in project.swav("approve", "b").stderr
    refused = project.snakemake("final.mp4", "--resources", "gpu=1")
    assert refused.returncode == 1 and not (project.folder / "final.mp4").exists()
    said = "the takes of 2 shots are not approved (a, b); look: swav review; then: swav approve a b"
    assert f"final.mp4 is not delivered: {said}; it is build/reels/" in refused.stderr, refused.stderr
    assert list((project.folder / "build/reels").glob("*.mp4")), "all is made but what people decide"

    assert project.swav("approve").stdout.splitlines()[:2] == ["a: take", "b: take"]
    done = project.swav("approve", "a", "--by", "director", "--note", "yes")
    assert done.stdout == "1 take approved: board.notes.jsonl\n", done.stderr
    assert project.swav("approve", "a").stdout.startswith("nothing more approved")
    waiting = project.snakemake("-n", "final.mp4", "--resources", "gpu=1").stderr
    assert "final.mp4 waits: the take of 1 shot is not approved (b)" in waiting

    # A rejection is said with its name, and is no approval; --all leaves it as it is.
    take = next((project.folder / "build/clips").rglob("b-*.mp4")).stem.removeprefix("b-")
    said = {"shot": "b", "take": take, "by": "Tom", "at": now()}
    Notebook.of(project.folder / "board.yaml").add(Entry(kind="reject", text="too grey", **said))
    assert "(b; 1 rejected)" in project.snakemake("-n", "final.mp4", "--resources", "gpu=1").stderr
    assert "b (rejected by Tom)" in project.swav("approve").stdout
    assert project.swav("approve", "--all").stdout.startswith("nothing more")
    assert waits(project) == ["b"]
    assert project.swav("approve", "b").stdout.startswith("1 take approved")
    done = project.snakemake("final.mp4", "--resources", "gpu=1")
    assert done.returncode == 0 and jobs(done) == ["deliver"], done.stderr

    # The approval is the take's: another take asks, the old words bring it back.
    project.shot("b")["prompt"] = "a black cat by the sea, slow push in, soft light"
    project.save()
    assert waits(project) == ["b"]
    project.shot("b")["approve"] = "none"
    project.save()
    assert waits(project) == []
    project.shot("b").update(BOARD["shots"][1])
    del project.shot("b")["approve"]
    project.save()
    assert waits(project) == [] and project.pending("--resources", "gpu=1") == []
    assert project.swav("approve", "b", "--withdraw").stdout.startswith("1 take withdrawn")
    assert waits(project) == ["b"]


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("none", ()),
        ([], ()),
        ("stills", ("stills",)),
        ("takes", ("takes",)),
        (["takes", "stills"], APPROVABLE),
        ("stills, takes", APPROVABLE),
    ],
)
def test_what_is_to_be_approved_can_be_written_in_one_word_or_two(written, asked, tmp_path):
    assert Config.read({"approve": written}, tmp_path / "none.yaml").approve == asked


@pytest.mark.parametrize("written", ["", "all", "take", ["none", "takes"], 1, True, {"takes": 1}])
def test_another_word_is_a_fault_with_a_remedy(written, tmp_path):
    with pytest.raises(InputError, match="not a thing that is approved; write stills, takes"):
        Config.read({"approve": written}, tmp_path / "none.yaml")


@pytest.mark.parametrize("engine", ["auto", "animatic"])
def test_nobody_is_asked_for_an_animatic_and_the_key_says_who_is_asked(engine, tmp_path, monkeypatch):
    """What is made is the same either way; of a film for which nobody is asked the key is, too."""
    monkeypatch.chdir(tmp_path)
    board = {**BOARD, "engine": "auto", "shots": [*BOARD["shots"], CARD | {"id": "c", "approve": "none"}]}
    (tmp_path / "board.yaml").write_text(yaml.safe_dump(board))
    asked, plain = (
        read_reel(Config(storyboard="board.yaml", engine=engine, approve=approve)).cut
        for approve in (("takes",), ())
    )
    assert asked.approve == (() if engine == "animatic" else ("a", "b")) and plain.approve == ()
    assert (asked.key == plain.key) is (engine == "animatic")
    assert asked.reel == plain.reel and asked.judging == plain.judging and asked.shots == plain.shots


@pytest.mark.parametrize("count", [1, 3, 4, 540])
def test_one_sentence_names_some_of_many_shots(count):
    said = _not_approved([Unapproved(f"shot_{n:027d}", True, "x" * 80) for n in range(count)])
    assert len(said) <= 240 and said.endswith("--all") is (count > 1)
