"""``swav plan`` counts the jobs that ``snakemake -n`` lists, whatever is missing; it never says none is."""

from collections import Counter
from pathlib import Path

import pytest
from project import Project, jobs

from swav.cut.model import read_cut
from swav.review import jobs as film_jobs

BOARD = {
    "title": "Jobs",
    "size": "128x72",
    "fps": 12,
    "voice": {"engine": "espeak"},
    "music": {"engine": "sampled", "prompt": "calm piano"},
    "shots": [
        {
            "id": "a",
            "prompt": "a harbour at dawn",
            "duration": 1,
            "overlay": {"text": "First light", "style": "title"},
            "transition": {"type": "fade", "duration": 0.25},
        },
        {"id": "b", "card": {"title": "Noon"}, "duration": "auto", "narration": "The boat is out."},
    ],
}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    film = Project(tmp_path_factory.mktemp("film") / "p", BOARD, {"cards": 0})
    film.build()
    return film


def gone(*patterns: str):
    def remove(film: Project) -> None:
        for pattern in patterns:
            for file in film.folder.glob(pattern):
                file.unlink()

    return remove


def edited(film: Project) -> None:
    film.shot("a")["overlay"]["text"] = "Last light"


def other_limits(film: Project) -> None:
    film.config["quality"] = {"blur": "off"}


LACKS = {
    "nothing": (lambda film: None, []),
    "verdicts": (gone("build/verdicts/*.json"), []),
    "verdicts and the admission": (
        gone("build/verdicts/*.json", "build/admissions/*.json"),
        ["judge", "judge", "admit", "deliver"],
    ),
    "the final": (gone("final.mp4"), ["deliver"]),
    "a subtitle": (gone("final.srt"), ["deliver"]),
    "the admission's page": (gone("build/admissions/*.html", "final.vtt"), ["admit", "deliver"]),
    "the mix": (gone("build/mix/*.wav", "build/reels/*.mp4", "final.mp4"), ["mix", "join", "deliver"]),
    "an edited overlay": (edited, None),
    "other limits": (other_limits, None),
    "all but takes": (gone("build/[!t]*/**/*.*", "build/titles/*", "final.*"), None),
}


@pytest.mark.parametrize("lacks", LACKS)
def test_the_plan_counts_what_a_dry_run_lists(built, tmp_path, lacks):
    film = built.copied(tmp_path / "p")
    harm, wanted = LACKS[lacks]
    harm(film)
    film.save()
    listed = Counter(job.split()[0] for job in jobs(film.snakemake("-n")))
    assert film.plan()["jobs"] == dict(listed)
    assert (wanted is None and listed) or listed == Counter(wanted)
    said = film.swav("plan").stdout.splitlines()
    count = sum(listed.values())
    if count:
        verb = "job is" if count == 1 else "jobs are"
        assert said[-1].endswith(".") and any(line.startswith(f"{count} {verb} pending: ") for line in said)
    assert (said[-1] == "Everything is ready; nothing is pending.") == (count == 0)


def test_environments_are_looked_up_once_a_film_and_not_once_a_shot(built, monkeypatch):
    monkeypatch.chdir(built.folder)
    cut, sought, whole = read_cut(next(Path("build/cuts").glob("*.json"))), [], film_jobs._apart
    monkeypatch.setattr(film_jobs, "_apart", lambda cut: sought.append(cut) or whole(cut))
    assert film_jobs.pending_jobs(cut) == {} and len(sought) == 1
