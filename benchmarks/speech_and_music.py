"""What XTTS v2 and MusicGen cost on a card: ``python benchmarks/speech_and_music.py --out FOLDER``.

Both at their full size with random weights, so nothing needs to be fetched: seconds for a second of sound, to
load, and the memory of the card. Results are printed as Markdown and written to FOLDER as JSON. ``--tiny``
runs the same code with tiny models, on any machine; ``--only xtts`` or ``--only musicgen`` measures one of
them.

XTTS needs torch, torchaudio and transformers, and from wheels: coqui-tts, coqui-tts-trainer, coqpit-config,
num2words, docopt, ko-speech-tools, anyascii, einops, librosa, lazy-loader, soxr, soundfile, cffi, pycparser,
six, psutil, torchcodec (7 MB in all, installed with --no-deps). What librosa requires (numba, llvmlite,
scikit-learn: 100 MB) is left out: it imports that when it is first used, which XTTS never does.
"""

import argparse
import json
import platform
import sys
import traceback
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))


def measure(name: str, out: Path, tiny: bool) -> dict:
    """Measure one engine."""
    if name == "xtts":
        from speech_models import measure_xtts

        return measure_xtts(tiny=tiny)
    from music_models import measure_musicgen

    return measure_musicgen(out, tiny=tiny)


def as_markdown(title: str, result: dict) -> str:
    """A result as Markdown: lists of rows become tables, everything else a list."""
    facts = {name: value for name, value in result.items() if not _is_table(value)}
    lines = [f"## {title}", "", *(f"- {name}: {_plain(value)}" for name, value in facts.items())]
    for name, rows in result.items():
        if _is_table(rows):
            columns = list(dict.fromkeys(column for row in rows for column in row))
            lines += ["", f"{name}:", "", _cells(columns), _cells(["---"] * len(columns))]
            lines += [_cells([_plain(row.get(column, "")) for column in columns]) for row in rows]
    return "\n".join(lines)


def _is_table(value) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _cells(values: list) -> str:
    return f"| {' | '.join(str(value).replace('_', ' ') for value in values)} |"


def _plain(value) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {_plain(part)}" for name, part in value.items())
    return str(value)


def main() -> int:
    """Measure, print and write; exit status 1 where an engine could not be measured."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, required=True, help="folder for speech_and_music.json")
    parser.add_argument("--tiny", action="store_true", help="tiny models: proves that this script runs")
    parser.add_argument("--only", choices=["xtts", "musicgen"], help="measure one of the two")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    import torch

    results: dict = {
        "date": str(date.today()),
        "command": " ".join(["python", *sys.argv]),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "card": torch.cuda.get_device_name() if torch.cuda.is_available() else "none",
    }
    failed = False
    for name in [options.only] if options.only else ["xtts", "musicgen"]:
        try:
            results[name] = measure(name, options.out, options.tiny)
        except Exception:  # the other one is still worth its figures
            traceback.print_exc()
            failed = True
            continue
        print(as_markdown(name, results[name]), flush=True)
        # After each: what was measured stays, whatever comes after it.
        (options.out / "speech_and_music.json").write_text(json.dumps(results, indent=1), encoding="utf-8")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
