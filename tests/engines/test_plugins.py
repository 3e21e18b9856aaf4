"""Packages that add engines and do not behave: each is named in one sentence, and everything else goes on."""

import json
import os
import sys
from pathlib import Path

import pytest
from project import Project

from swav import plugins
from swav.engines import Engine
from swav.plugins import discover
from swav.render.client import Order

FINE = """
from swav.engines import Engine, Readiness
class Fine(Engine):
    name, source, gpu = "odd", "prompt", False
    def readiness(self, site): return Readiness(True, "here")
    def recipe(self, request, model): return {"engine": self.name, "seed": request.seed}
    def shoot(self, job): raise SystemExit(3)
ENGINE = Fine()
"""
BROKEN = {
    "missing import": "import a_package_that_nobody_has\n",
    "syntax error": "def broken(:\n",
    "SystemExit at import": "raise SystemExit(7)\n",
    "exit at import": "exit()\n",
    "raises at import": "raise ValueError('first line\\nsecond line')\n",
    "raises what is no Exception": "class Odd(BaseException): pass\nraise Odd('odd')\n",
    "endless recursion": "def f(): f()\nf()\n",
    "no such attribute": "OTHER = 1\n",
    "wrong object": "ENGINE = 42\n",
    "nothing": "ENGINE = None\n",
    "a module": "import json as ENGINE\n",
    "the class": FINE.replace("ENGINE = Fine()", "ENGINE = Fine"),
    "no recipe": FINE.replace("def recipe", "def receipt").replace("ENGINE = Fine()", "ENGINE = Fine()"),
    "no name": FINE.replace('name, source, gpu = "odd",', "source, gpu ="),
    "a name that is no text": FINE.replace('"odd"', "7"),
    "a function that is none": FINE.replace("def recipe(self, request, model): return", "recipe ="),
    "bad bytes": b"\xff\xfe\x00nonsense",
    "a name of swav's own": FINE.replace('"odd"', '"animatic"'),
}
BOARD = {
    "title": "Plug-ins",
    "size": "128x72",
    "fps": 12,
    "music": {"engine": "none"},
    "shots": [{"id": "a", "prompt": "a lantern in the rain", "duration": 0.5}],
}


def give(
    project: Project, code: str | bytes, *, package: str = "odd-plug", entries: str | bytes = ""
) -> None:
    """Install a package that offers an engine named ``odd``."""
    folder, module = project.folder / "plugins", package.replace("-", "_")
    about = folder / f"{module}-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1\n")
    entries = entries or f"[swav.engines]\nodd = {module}:ENGINE\n"
    (about / "entry_points.txt").write_bytes(entries if isinstance(entries, bytes) else entries.encode())
    (folder / f"{module}.py").write_bytes(code if isinstance(code, bytes) else code.encode())


def said_once(done, package: str = "odd-plug") -> str:
    """The one line that names the package, after a look at the whole output."""
    said = done.stdout + done.stderr
    assert "Traceback" not in said, said
    lines = [line for line in done.stderr.splitlines() if package in line]
    assert len(lines) == 1 and len(lines[0]) < 300, said
    return lines[0]


@pytest.fixture
def discovered(tmp_path, monkeypatch):
    """Write packages into a folder on the path, and look what they offer."""

    def look(**packages: str | bytes):
        monkeypatch.setattr("swav.plugins._DISCOVERED", [])  # no command of another test tells of these
        project = Project(tmp_path / "reel", BOARD)
        for package, code in packages.items():
            give(project, code, package=package.replace("_", "-"))
        monkeypatch.syspath_prepend(str(project.folder / "plugins"))
        for package in (*packages, "stub_engine"):
            monkeypatch.delitem(sys.modules, package, raising=False)
        return discover("swav.engines", Engine, ["swav.engines.animatic"], "ENGINE")

    return look


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_plug_in_is_named_and_the_rest_goes_on(discovered, fault, capfd):
    found = discovered(odd_plug=BROKEN[fault])
    (sentence,) = found.sentences()
    assert "odd-plug" in sentence and "; " in sentence and len(sentence) < 300 and "\n" not in sentence
    assert set(found.usable) == {"animatic", "stub"}, "the rest is there"
    assert type(found.usable["animatic"]).__module__ == "swav.engines.animatic"
    assert set(found.broken) == (set() if "own" in fault else {"odd"})
    assert capfd.readouterr() == ("", "")


def test_every_command_says_so_and_goes_on(tmp_path):
    project = Project(tmp_path / "reel", BOARD)
    give(project, BROKEN["missing import"])
    for command in (["check", "board.yaml"], ["report"], ["plan", "--json"]):
        done = project.swav(*command)
        assert done.returncode == 0, done.stderr
        assert "a_package_that_nobody_has" in said_once(done)
    assert json.loads(done.stdout)["title"] == "Plug-ins"
    doctor = project.swav("doctor", "--json")
    found = {each["engine"]: each for each in json.loads(doctor.stdout)["engines"]}
    assert not found["odd"]["ready"] and "odd-plug" in found["odd"]["lacks"][0]["what"]
    dry = project.snakemake("-n", "final.mp4")
    assert dry.returncode == 0 and "a_package_that_nobody_has" in said_once(dry)
    assert project.build("--cores", "2"), "the reel is built"


def test_a_shot_that_asks_for_it_is_refused_before_anything_runs(tmp_path):
    board = {**BOARD, "engine": "odd"}
    project = Project(tmp_path / "reel", board)
    give(project, BROKEN["syntax error"])
    done = project.snakemake("-n", "final.mp4")
    assert done.returncode != 0 and "Traceback" not in done.stdout + done.stderr
    assert "odd-plug" in done.stderr and "pip uninstall" in done.stderr
    insisted = Project(tmp_path / "insisted", BOARD, {"engine": "odd"})
    give(insisted, BROKEN["syntax error"])
    done = insisted.swav("plan")
    assert done.returncode == 1 and "odd-plug" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["nonsense", "card", "footage"])
def test_an_engine_that_the_configuration_cannot_insist_on_is_said(tmp_path, name):
    project = Project(tmp_path / "reel", BOARD, {"engine": name})
    done = project.swav("plan")
    assert done.returncode == 1 and "Traceback" not in done.stderr and name in done.stderr


@pytest.mark.parametrize("print_it", ["print('hello')", "import os; os.write(1, b'hello\\n')"])
def test_a_plug_in_that_prints_leaves_the_output_whole(discovered, print_it, capfd):
    found = discovered(odd_plug=f"{print_it}\n{FINE}")
    assert "odd" in found.usable and not found.broken
    assert "hello" in found.remarks[0] and "odd-plug" in found.remarks[0]
    assert capfd.readouterr() == ("", "")


def test_two_packages_with_one_name_are_both_named_and_neither_is_used(discovered):
    found = discovered(odd_plug=FINE, even_plug=FINE)
    assert "odd" not in found.usable
    assert "odd-plug" in found.broken["odd"] and "even-plug" in found.broken["odd"]


@pytest.mark.parametrize("broken", ["even_plug", "zero_plug"])
def test_of_two_packages_with_one_name_the_sound_one_is_used(discovered, broken):
    found = discovered(**{"odd_plug": FINE, broken: BROKEN["missing import"]})
    assert "odd" in found.usable and not found.broken
    assert broken.replace("_", "-") in found.remarks[0]


@pytest.mark.parametrize(
    "entries",
    [
        "no section\nodd odd odd\n",
        "[swav.engines]\nodd = \n",
        "[swav.engines]\nodd == :::\n",
        b"\xff\xfe\x00",
    ],
)
def test_damaged_metadata_ends_nothing(tmp_path, entries):
    project = Project(tmp_path / "reel", BOARD)
    give(project, FINE, entries=entries)
    (project.folder / "plugins/odd_plug-1.dist-info/METADATA").unlink()
    done = project.swav("check", "board.yaml")
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr


@pytest.mark.parametrize("function", ["readiness", "recipe"])
def test_an_engine_that_fails_while_it_is_asked_is_said(tmp_path, function):
    project = Project(tmp_path / "reel", {**BOARD, "engine": "odd"})
    give(project, FINE.replace(f"def {function}(", f"def {function}(*_): 1 / 0\n    def other("))
    done = project.swav("plan")
    assert "Traceback" not in done.stderr and "ZeroDivisionError" in done.stdout + done.stderr
    assert done.returncode == (0 if function == "readiness" else 1)


def test_an_engine_may_follow_the_base_class_without_saying_so(discovered):
    found = discovered(
        odd_plug=FINE.replace("class Fine(Engine)", "class Fine").replace("import Engine, ", "import ")
    )
    assert isinstance(found.usable["odd"], Engine) and not found.usable["odd"].designed
    assert not found.sentences()


def test_a_warm_worker_of_an_edited_plug_in_is_another_worker(tmp_path, monkeypatch):
    code = tmp_path / "odd_renderer.py"
    code.write_text("class Renderer: pass\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    order = Order("odd", "odd_renderer:Renderer", {}, 1, Path("build"))
    before = order.key
    code.write_text("class Renderer: speed = 2\n")
    assert order.key != before


def test_what_packages_offer_is_read_once_and_again_where_one_was_installed(tmp_path, monkeypatch):
    """Jobs are forks of a process that has looked around; a package that comes later is found, too."""

    def install(name: str, when: int) -> None:
        folder = tmp_path / f"{name}-1.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
        (folder / "entry_points.txt").write_text(f"[swav.engines]\n{name} = {name}:ENGINE\n")
        os.utime(tmp_path, (when, when))

    def offered() -> list[str]:
        return [package for _, package in plugins._entries("swav.engines", []) if package.startswith("plug")]

    read, whole = [], plugins.distributions
    monkeypatch.setattr(plugins, "distributions", lambda path: read.append(path) or whole(path=path))
    monkeypatch.syspath_prepend(tmp_path)
    install("plug_a", 1000)
    plugins.look_around()
    read.clear()
    assert offered() == ["plug_a"] and not read
    install("plug_b", 2000)
    assert offered() == ["plug_a", "plug_b"] and read == [[str(tmp_path)]]
