"""The locks hold what pyproject.toml asks for: one version of everything, each file with its digest."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from places import REPOSITORY

LOCKS = sorted((REPOSITORY / "requirements").glob("*.lock"))
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
EXTRAS = {"default": (), "joe": ("joe",), "slurm": ("slurm",), "wan": ("wan",), "hopper": ("wan", "hopper")}
EXTRAS["test"] = tuple(name for name in PROJECT["optional-dependencies"] if name != "hopper")
PYTHONS = ("3.11", "3.12", "3.13")
NOT_LOCKED = {"swav", "torch"}
"""The tests' lock leaves PyTorch's build to the machine."""


def entries(lock):
    """Each package of a lock: its requirement, and its digests."""
    for block in re.split(r"\n(?=[A-Za-z0-9])", lock.read_text()):
        first, *rest = block.replace("\\\n", "\n").splitlines()
        if not first.startswith("#"):
            yield Requirement(first.strip()), re.findall(r"--hash=sha256:([0-9a-f]{64})", "\n".join(rest))


def locked(lock, python):
    where = {"python_full_version": f"{python}.0", "python_version": python}
    machine = {"platform_machine": "x86_64", "sys_platform": "linux", "implementation_name": "cpython"}
    found = {}
    for requirement, _ in entries(lock):
        if requirement.marker is None or requirement.marker.evaluate({**where, **machine}):
            (specifier,) = requirement.specifier
            found[canonicalize_name(requirement.name)] = specifier.version
    return found


def test_there_is_a_lock_for_the_default_install_and_each_extra():
    assert {lock.stem for lock in LOCKS} == {"default", *PROJECT["optional-dependencies"]}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_package_has_one_version_and_its_digests(lock):
    for requirement, digests in entries(lock):
        (specifier,) = requirement.specifier
        assert specifier.operator == "==" and digests, requirement


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_holds_what_the_project_asks_for(lock, python):
    versions = locked(lock, python)
    asked = [*PROJECT["dependencies"]]
    for extra in EXTRAS[lock.stem]:
        asked += PROJECT["optional-dependencies"][extra]
    for line in asked:
        requirement = Requirement(line)
        name = canonicalize_name(requirement.name)
        if name in NOT_LOCKED and (name == "swav" or lock.stem == "test"):
            continue
        assert requirement.specifier.contains(versions[name]), line


@pytest.mark.parametrize("python", PYTHONS)
def test_all_locks_agree(python):
    """What the tests passed with is what everybody installs."""
    tested = locked(REPOSITORY / "requirements/test.lock", python)
    for lock in LOCKS:
        for name, version in locked(lock, python).items():
            assert tested.get(name, version) == version, f"{lock.stem}: {name}"


def test_the_supported_pythons_are_those_that_the_locks_are_for():
    assert PROJECT["requires-python"] == f">={PYTHONS[0]},<3.{int(PYTHONS[-1].removeprefix('3.')) + 1}"
