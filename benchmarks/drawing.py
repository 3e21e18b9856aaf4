"""What a drawn take costs: ``python benchmarks/drawing.py --before COMMIT`` draws shots with both, in turn.

Of each take: its seconds of the processor, with encoding and without most imports, the most memory that its
process held, and whether both made the same bytes. Shots are panels, cards, and words on cards.
"""

import argparse
import hashlib
import json
import os
import platform
import resource
import subprocess
import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from build import REPOSITORY, earlier, forget, project


def draw(shot: str) -> None:
    """Draw a shot of the project in this folder by the swav that is imported; print what it took as JSON."""
    import yaml

    from swav.config import Config
    from swav.engines import Job, plugins
    from swav.reel.workflow import read_reel

    cut = read_reel(Config.read(yaml.safe_load(Path("config.yaml").read_text()))).cut
    found = cut.shot(shot)
    with TemporaryDirectory() as folder:
        clip, frames = Path(folder) / "take.mp4", found.request.length.frames
        before = processor()
        job = Job(request=found.request, model=found.model, frames=frames, clip=clip, metadata={})
        plugins().get(found.engine, "engine").shoot(job)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        digest = hashlib.sha256(clip.read_bytes()).hexdigest()
    print(json.dumps({"frames": frames, "seconds": processor() - before, "peak": peak, "digest": digest}))


def processor() -> float:
    """Seconds of the processor that this process used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def drawn(shot: str, checkout: Path, folder: Path) -> dict:
    """What a take took that another process draws by a checkout of swav."""
    command = [sys.executable, str(Path(__file__).resolve()), "--draw", shot]
    environment = os.environ | {"PYTHONPATH": str(checkout)}
    said = subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True)
    return json.loads(said.stdout.splitlines()[-1])


def row(shot: str, before: dict, now: dict) -> str:
    """Two takes of a shot beside each other."""
    change = now["seconds"] / before["seconds"] - 1
    same = "the same" if before["digest"] == now["digest"] else "**others**"
    seconds = f"{before['seconds']:.2f} | {now['seconds']:.2f} | {change:+.0%}"
    memory = f"{before['peak']:.0f} MB | {now['peak']:.0f} MB"
    return f"| `{shot}` | {now['frames']} | {seconds} | {memory} | {same} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", default="HEAD", help="the commit to compare with")
    parser.add_argument("--shots", nargs="+", default=["r001", "r002", "r007", "r018"], help="of swav2025")
    parser.add_argument("--times", type=int, default=2, help="how often each is drawn; the least counts")
    parser.add_argument("--draw", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.draw:
        draw(given.draw)
        return
    folder = project(REPOSITORY / "storyboards" / "swav2025.yaml")
    checkout = earlier(given.before)
    print(f"{date.today()}, {os.cpu_count()} cores, {platform.machine()}; before: {given.before}\n")
    print("| take | frames | processor s before | now | | peak before | now | bytes |")
    print("|---|---:|---:|---:|---:|---:|---:|---|")
    try:
        for shot in given.shots:
            takes = [
                [drawn(shot, where, folder) for where in (checkout, REPOSITORY)] for _ in range(given.times)
            ]
            before, now = (min(side, key=lambda take: take["seconds"]) for side in zip(*takes, strict=True))
            print(row(shot, before, now), flush=True)
    finally:
        forget(checkout)


if __name__ == "__main__":
    main()
