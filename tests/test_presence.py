"""Which of many files are there: the same of a folder that is listed as of files that are asked for alone."""

import os
from pathlib import Path

import pytest

from swav import presence
from swav.hashes import HashList, damaged_files
from swav.presence import FEW, present
from swav.reel.stamp import bring_to_now


@pytest.fixture(params=[1, FEW + 1])
def files(tmp_path, request, monkeypatch) -> list[str]:
    """Files of a folder, by relative paths: of one and of many more that are asked for."""
    monkeypatch.chdir(tmp_path)
    folder = Path("build/takes")
    folder.mkdir(parents=True)
    names = [f"{folder}/{number:02}.mp4" for number in range(request.param)]
    for name in names:
        Path(name).touch()
    return names


def test_what_is_there_and_what_is_not(files):
    absent = [file.replace("takes", "clips") for file in files] + [f"{file}.json" for file in files]
    below = [f"{file}/x" for file in files]
    assert present([*files, *absent, *below, "nothing"]) == set(files)
    Path("nothing").touch()
    assert present(["nothing", str(Path(files[0]).absolute())]) == {"nothing", str(Path(files[0]).absolute())}


def test_a_link_is_there_where_its_target_is(files):
    links = [f"{file}.link" for file in files]
    for link in links:
        Path(link).symlink_to("00.mp4")
    assert present(links) == set(links)
    Path(files[0]).unlink()
    assert present(links) == set()


def test_a_folder_that_cannot_be_listed_hides_no_file(files, monkeypatch):
    def refuse(folder):
        raise PermissionError(13, "Permission denied", folder)

    monkeypatch.setattr(presence, "scandir", refuse)
    absent = [f"{file}.json" for file in files]
    assert present([*files, *absent]) == set(files)
    monkeypatch.setattr(Path, "exists", lambda path: refuse(str(path)))
    assert present([*files, *absent]) == {*files, *absent}, "whoever opens one is told why"


def test_a_folder_of_which_many_are_asked_for_is_listed_once(tmp_path, monkeypatch):
    asked = [f"{tmp_path}/{number}" for number in range(FEW + 1)]
    Path(asked[3]).touch()
    monkeypatch.setattr(Path, "exists", lambda path: pytest.fail(f"asked for {path}"))
    assert present(asked) == {asked[3]}


def test_a_few_files_of_a_large_folder_do_not_have_it_listed(tmp_path, monkeypatch):
    monkeypatch.setattr(presence, "scandir", lambda folder: pytest.fail(f"listed {folder}"))
    assert present(f"{tmp_path}/{number}" for number in range(FEW)) == set()


def test_what_is_damaged_or_dated_to_come_is_found_among_few_and_many(files):
    listed = HashList("build")
    listed.begin()
    listed.adopt(map(Path, files))
    Path(files[-1]).write_bytes(b"torn")
    absent = [f"{file}.json" for file in files]
    assert damaged_files([*absent, *files], listed) == [Path(files[-1])]
    os.utime(files[0], (2**33, 2**33))
    bring_to_now([*absent, *files])
    assert Path(files[0]).stat().st_mtime < 2**33 - 1
