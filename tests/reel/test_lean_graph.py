"""What the graph of a long film is built without changes no job, no file of one and no reason."""

import json

import pytest
import snakemake
from places import REPOSITORY
from project import Project
from snakemake.common.prefix_lookup import PrefixLookup
from snakemake.output_index import OutputIndex

from swav.reel import lean_graph

LOOKED_AT = """
import json, sys
from pathlib import Path
from snakemake import cli
from snakemake.dag import DAG
from swav.reel import lean_graph

whole, there = sys.argv.pop(1) == "whole", sys.argv.pop(1)
if whole:
    lean_graph.WRITTEN_FOR = "another Snakemake"

def told(dag, job):
    why, of = dag.reason(job), dag.dependencies[job].items()
    files = job.input, job.output, job.log, [job.benchmark or ""]
    return {
        "files": [sorted(map(str, found)) for found in files],
        "named": [sorted(map(str, files.keys())) for files in (job.input, job.output)],
        "ancient": sorted(str(file) for file in job.input if file.is_ancient),
        "from": sorted((str(other), sorted(map(str, found))) for other, found in of),
        "wildcards": job.wildcards_dict,
        "runs": dag.needrun(job),
        "why": [sorted(why.get_names()), *(sorted(map(str, files)) for files in (
            why.missing_output, why.updated_input, why.updated_input_run, why.incomplete_output))],
        "priority": dag.priority(job) if dag.needrun(job) else None,
        "waits for": dag._n_until_ready[job] if dag.needrun(job) else None,
        "group": job.group,
        "params": [str(item) for item in job.params],
        "claims": sorted((name, str(value)) for name, value in job.resources.items()),
        "message": str(job.message),
    }

build, after = DAG.init, DAG.postprocess
made = []

async def with_files(dag, *given, **named):
    for file in filter(None, there.split(",")):
        for path in json.loads(Path("made.json").read_text()).get(file, ()):
            if not Path(path).exists():
                Path(path).parent.mkdir(parents=True, exist_ok=True)
                Path(path).touch()
                made.append(path)
    await build(dag, *given, **named)

async def look(dag, *given, **named):
    await after(dag, *given, **named)
    jobs = {f"{job.rule.name} {sorted(job.wildcards_dict.items())}": told(dag, job) for job in dag.jobs}
    for path in made:
        Path(path).unlink()
    print(json.dumps(jobs, sort_keys=True))
    sys.stdout.flush()

DAG.init, DAG.postprocess = with_files, look
sys.argv[0] = "snakemake"
cli.main()
"""

BOARD = {
    "title": "Graph",
    "size": "128x72",
    "fps": 12,
    "shots": [
        {
            "id": "a",
            "card": {"title": "A"},
            "duration": 2,
            "transition": "fade",
            "narration": "Good morning.",
        },
        {"id": "b", "prompt": "water, one lantern moving", "duration": 2, "engine": "stub"},
        {"id": "c", "prompt": "a harbour", "duration": 2, "overlay": [{"text": "Harbour"}]},
    ],
    "deliver": {"short": {"shots": ["a", "c"]}},
}


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    """A film of which nothing is built, and what each of its rules would make."""
    made = Project(tmp_path_factory.mktemp("graph") / "reel", BOARD, {"cards": ["0", "1"]})
    made.give_weights()
    made.save()
    (made.folder / "look.py").write_text(LOOKED_AT)
    (made.folder / "made.json").write_text("{}")
    files = {}
    for name, job in jobs(made, "lean").items():
        files.setdefault(name.split()[0], []).extend(job["files"][1])
    (made.folder / "made.json").write_text(json.dumps(files))
    return made


def jobs(project, how: str, *options: str, there: str = "") -> dict:
    done = project._run(["look.py", how, there, "-n", "-s", str(REPOSITORY / "Snakefile"), *options])
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    return json.loads(done.stdout.splitlines()[0])


def test_the_methods_of_this_snakemake_are_those_that_are_replaced():
    assert snakemake.__version__.startswith(lean_graph.WRITTEN_FOR)


def test_the_rules_of_a_file_are_found_by_its_folder_as_by_its_name():
    patterns = [
        "b/takes/{a}.mp4",
        "b/takes/x{a}.mp4",
        "b/{a}/t.json",
        "b/t",
        "b/takes",
        "{a}.mp4",
        "final.mp4",
        "",
    ]
    files = ["b/takes/x1.mp4", "b/takes/1.mp4", "b/takes/1.json", "b/t/t.json", "b/t", "b/takes", "b/takesx"]
    files += ["final.mp4", "b/final.mp4", "xfinal.mp4", "b/takes/xx/t.json", "/b/takes/x.mp4", "b/", "b"]
    index = OutputIndex([])
    parts = [(pattern, pattern.partition("{a}")) for pattern in patterns]
    entries = [(prefix, (pattern, suffix)) for pattern, (prefix, _, suffix) in parts]
    index._lookup = PrefixLookup(entries)
    for file in files:
        assert lean_graph._by_folder(index, file) == OutputIndex.match(index, file), file


@pytest.mark.parametrize(
    "options, there",
    [
        ((), ""),
        (("short.mp4",), ""),
        ((), "speak,draw,set_lettering"),
        ((), "speak,draw,set_lettering,render,judge,segment,transition,compose,lay_stems,mix,listen,caption"),
        (("--rerun-triggers", "mtime", "params"), "speak,draw,set_lettering,segment"),
        (("--forceall",), "speak,draw"),
        (("--forcerun", "segment"), "speak,draw,set_lettering,render,judge,segment,transition"),
        (("b", "c"), "draw"),
        (("final.otio",), "draw"),
    ],
)
def test_the_same_jobs_for_the_same_reasons(project, options, there):
    lean, whole = (jobs(project, how, *options, there=there) for how in ("lean", "whole"))
    assert lean == whole and len(lean) > 3
