"""swav doctor: what is ready, what is missing, and commands that work."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from small_wheels import write_lock, write_wheel

import swav.environments
from swav.cli import doctor as command
from swav.engines import Engine, Readiness, Site, engines
from swav.environments import NAMES, environment
from swav.errors import EngineError, InputError, SwavError
from swav.review import checkup
from swav.review.checkup import Lack, Packages, check_engines

SMI = """#!/bin/sh
echo '0, GPU-1, NVIDIA H100 80GB HBM3, 81559, 80000, 9.0'
"""


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch) -> Path:
    """An empty folder, on a machine without cards and environments."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SWAV_ENVIRONMENTS", raising=False)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    return tmp_path


def told(capsys, **options) -> dict:
    command.doctor(as_json=True, **options)
    return json.loads(capsys.readouterr().out)


def engine(said: dict, name: str) -> dict:
    return next(each for each in said["engines"] if each["engine"] == name)


def shown(capsys, **options) -> str:
    command.doctor(**options)
    return capsys.readouterr().out


def test_every_engine_is_in_the_table_with_what_it_makes(capsys):
    said = told(capsys)
    makes = {each["engine"]: each["makes"] for each in said["engines"]}
    assert {name for name, kind in makes.items() if kind == "shots"} == set(engines())
    assert {name for name, kind in makes.items() if kind == "speech"} == {"piper", "kokoro", "espeak", "xtts"}
    assert {name for name, kind in makes.items() if kind == "music"} == {"sampled", "musicgen"}
    ready = {each["engine"] for each in said["engines"] if each["ready"]}
    assert {"animatic", "card", "still", "footage", "piper", "espeak", "sampled"} <= ready
    text = shown(capsys)
    assert re.search(r"^xtts +speech +not made +missing +the processor +not ready", text, re.MULTILINE)
    assert re.search(r"^piper +speech +swav's own +in packages +ready", text, re.MULTILINE)
    assert not list(Path.cwd().iterdir()), "doctor only looks"


def test_what_is_missing_stands_over_the_command_that_mends_it(capsys):
    for name in NAMES:
        text = shown(capsys, engine=name)
        assert f"\n{name}: its environment is not made; a build that needs it makes it\n" in text
        assert f"\n    swav doctor --make {name}\n" in text
    assert "\nxtts: no XTTS v2 weights\n    put the folder with" in shown(capsys, engine="xtts")
    fetched = "hf download Wan-AI/Wan2.2-T2V-A14B --local-dir models/wan22"
    assert f"\nwan2.2: no weights in models/wan22\n    {fetched}\n" in shown(capsys, engine="wan2.2")
    with pytest.raises(SwavError, match="there is no engine named 'wan'; choose one of "):
        shown(capsys, engine="wan")


def test_models_that_were_never_fetched_are_a_short_line_each(capsys):
    said, text = told(capsys), shown(capsys)
    absent = [each for each in said["engines"] if each["absent"]]
    assert {"svd", "wan2.2", "wan2.2-still", "xtts", "musicgen"} <= {each["engine"] for each in absent}
    _, _, listed = text.partition("Not here (`swav doctor ENGINE` tells how one is fetched):\n")
    lines = listed.partition("\n\n")[0].splitlines()
    assert [line.split()[0] for line in lines] == [each["engine"] for each in absent]
    assert max(map(len, lines)) <= 80 and all(each["gives"] in text for each in absent)
    assert "hf download" not in text and "its environment is not made" not in text

    Path("models/svd").mkdir(parents=True)
    assert "\nsvd: models/svd has no model_index.json" in shown(capsys)


def test_an_environment_that_is_made_is_named(capsys):
    home = environment("musicgen", Path("build/environments"))
    home.python.parent.mkdir(parents=True)
    home.python.symlink_to(sys.executable)
    home.marker.write_text("{}")
    said = engine(told(capsys), "musicgen")
    assert said["environment"] == home.folder.name
    assert not any("environment" in lack["what"] for lack in said["lacks"])


class Sunrise(Engine):
    recipe = shoot = None
    source, gpu = "prompt", True

    def __init__(self, ready: bool, why: str, name: str = "sunrise"):
        self.found, self.name = Readiness(ready, why, "0123456789abcdef"), name

    def readiness(self, site: Site) -> Readiness:
        return self.found


def test_what_is_ready_stands_first(monkeypatch):
    made = {
        name: Sunrise(name != "alps", "it has no luck today", name) for name in ("dunes", "alps", "coast")
    }
    monkeypatch.setattr(checkup, "engines", lambda: made)
    monkeypatch.setattr(checkup, "plugins", lambda: SimpleNamespace(broken={}))
    found = [each.engine for each in check_engines(Site(Path("models"), ("0",)), Path("build"))]
    assert found[:3] == ["coast", "dunes", "alps"]


def test_an_engine_says_itself_what_it_lacks(monkeypatch):
    def lacks(ready: bool, why: str) -> tuple[Lack, ...]:
        monkeypatch.setattr(checkup, "engines", lambda: {"sunrise": Sunrise(ready, why)})
        found = check_engines(Site(Path("models"), ("0", "1")), Path("build/environments"))[0]
        assert (found.engine, found.weights, found.card) == ("sunrise", "0123456789ab", "0, 1")
        assert found.ready == ready
        return found.lacks

    assert lacks(True, "weights in models/sun: 4 GB") == ()
    assert lacks(False, "models/sun: a shard is cut off; copy it anew") == (
        Lack("models/sun: a shard is cut off", "copy it anew"),
    )
    assert lacks(False, "sun is not installed: pip install sun") == (
        Lack("sun is not installed", "pip install sun"),
    )
    assert lacks(False, "it has no luck today") == (Lack("it has no luck today", "see docs/engines.md"),)


def test_an_engine_that_cannot_be_loaded_is_in_the_table_with_the_reason(monkeypatch):
    broken = SimpleNamespace(broken={"moonrise": "its package moons is broken; pip install moons"})
    monkeypatch.setattr(checkup, "plugins", lambda: broken)
    found = {each.engine: each for each in check_engines(Site(Path("models"), ()), Path("build"))}
    assert found["moonrise"].lacks == (Lack("its package moons is broken", "pip install moons"),)
    assert not found["moonrise"].ready and found["moonrise"].makes == "shots"


def test_packages_are_looked_for():
    assert Packages(("json", "swav"), "pip install x").lacks() == ()
    assert Packages(("json", "feathers", "beaks"), "pip install birds").lacks() == (
        Lack("feathers, beaks not installed", "pip install birds"),
    )


def test_the_machine_is_told_with_its_cards(capsys, tmp_path, monkeypatch):
    said = told(capsys)["machine"]
    assert said["cards"] == [] and 0 < said["free_memory_bytes"] <= said["memory_bytes"]
    assert said["free_disk_bytes"] > 0 and re.match(r"\d+\.\d+", said["ffmpeg"])
    assert "GPU      none that may be used" in shown(capsys)

    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/nvidia-smi").write_text(SMI)
    (tmp_path / "bin/nvidia-smi").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    assert "GPU      NVIDIA H100 80GB HBM3, 84 GB free of 86 GB" in shown(capsys)


def test_earlier_environments_are_told_with_the_command_that_removes_them(capsys, tmp_path):
    root = tmp_path / "build/environments"
    whole, half = root / "xtts-0123456789ab", root / "musicgen-ba9876543210"
    for folder in (whole, half, root / "somebody's"):
        (folder / "bin").mkdir(parents=True)
    (whole / "ready.json").write_text(json.dumps({"bytes": 1_800_000_000}))
    (half / "weights").write_bytes(bytes(2_500_000))
    text = shown(capsys)
    assert f"{whole.relative_to(tmp_path)} is of another lock and takes 1.8 GB" in text
    assert f"{half.relative_to(tmp_path)} is half made and takes 2.5 MB" in text
    removing = re.findall(r"^    (rm .+)$", text, re.MULTILINE)
    subprocess.run(["sh", "-c", "\n".join(removing)], check=True)
    assert [folder.name for folder in root.iterdir()] == ["somebody's"]
    assert told(capsys)["environments"] == {"folder": "build/environments", "earlier": []}


def test_an_environment_is_made_by_hand_from_a_folder_of_wheels(capsys, tmp_path, monkeypatch):
    write_wheel(tmp_path / "wheels", "mockingbird")
    write_lock(tmp_path / "aviary.txt", "# imports: mockingbird", "mockingbird==1.0")
    monkeypatch.setattr(swav.environments, "LOCKS", tmp_path)
    monkeypatch.setattr(swav.environments, "NAMES", ("aviary",))
    with pytest.raises(EngineError, match="there is no environment named 'cage'; choose aviary, "):
        command.doctor(make="cage")

    (tmp_path / "config.yaml").write_text("wheels: wheels\n")
    command.doctor(make="aviary")
    printed = capsys.readouterr()
    assert re.fullmatch(r"build/environments/aviary-\w{12} is made\.\n", printed.out)
    assert "aviary: ready after" in printed.err
    assert environment("aviary", Path("build/environments")).ready
    command.doctor(make="aviary", wheels=Path("nowhere"))
    assert capsys.readouterr().out.endswith("is there already.\n")


def test_the_projects_configuration_counts_and_its_faults_are_said(capsys, tmp_path):
    (tmp_path / "config.yaml").write_text("models: weights\ncards: 3\n")
    said = engine(told(capsys), "wan2.2")
    assert said["card"] == "0, 1, 2" and said["lacks"][0]["what"] == "no weights in weights/wan22"
    assert engine(told(capsys, config=["cards=1"]), "wan2.2")["card"] == "0"
    (tmp_path / "config.yaml").write_text("cards: many\n")
    with pytest.raises(InputError, match="not a choice of cards"):
        command.doctor()


def test_no_framework_is_imported():
    look = (
        "import sys; from swav.cli.doctor import doctor; doctor(); "
        "print(sorted({'torch', 'transformers', 'numpy', 'onnxruntime', 'av', 'cv2'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
