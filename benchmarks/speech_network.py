"""What Kokoro takes of the processor: ``python benchmarks/speech_network.py``, some seconds, prints Markdown.

The network as it was exported beside the one that is run, in one process each: loading it, and a line of 6 s.
"""

import argparse
import hashlib
import os
import platform
import resource
import subprocess
import sys
import tempfile
from datetime import date

LINE = "For five days the coast becomes a laboratory, where engineers and sailors test ideas against the sea."
WAYS = ("as it was exported", "as products", "as products, prepared by a line before")


def used() -> float:
    """Seconds of the processor that this process has used."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return spent.ru_utime + spent.ru_stime


def measure(way: str) -> str:
    """Seconds of loading and of the best of three lines, MB at the height, and a digest of the samples."""
    from swav.speech.voices.kokoro import network, synthesis

    if way == WAYS[0]:
        network.adds_exactly = lambda: False
    began = used()
    synthesis._session()
    loading, lines = used() - began, []
    for _ in range(3):
        began = used()
        samples, rate = synthesis.synthesise(LINE, speaker="af_heart", speed=1.0)
        lines.append(used() - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    digest = hashlib.sha256(samples.tobytes()).hexdigest()[:12]
    return f"{loading:.2f} s | {min(lines):.2f} s | {peak:.0f} MB | {len(samples) / rate:.2f} s | `{digest}`"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--way", choices=WAYS, help="measure one of them, in this process")
    given = parser.parse_args()
    if given.way:
        print(measure(given.way))
        return
    print(f"{date.today()}, {platform.machine()}, {os.cpu_count()} cores\n")
    print("| Kokoro | loading | a line | peak | length | samples |\n|---|---:|---:|---:|---:|---|")
    with tempfile.TemporaryDirectory() as folder:
        for way in WAYS:
            shares = os.environ | ({"SWAV_SHARED": folder} if way == WAYS[2] else {})
            for _ in range(1 + (way == WAYS[2])):  # the first one prepares
                command = [sys.executable, __file__, "--way", way]
                said = subprocess.run(command, env=shares, stdout=subprocess.PIPE, text=True, check=True)
            print(f"| {way} | {said.stdout.strip()} |")


if __name__ == "__main__":
    main()
