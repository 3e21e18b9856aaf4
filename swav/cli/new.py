"""``swav new``: a storyboard to start from."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from swav import storyboard
from swav.errors import SwavError
from swav.files import write_text

SCHEMA = Path(storyboard.__file__).resolve().with_name("storyboard.schema.json")
"""The schema that is shipped; a test keeps it in step."""
TEMPLATE = """\
# yaml-language-server: $schema={schema}
title: {title}
size: 1280x720
fps: 24
seed: 1
engine: wan2.2          # the animatic stands in where its weights or cards are missing

style:
  prompt: "cinematic, natural light, 35 mm"
  negative: "cartoon, oversaturated"

voice:
  engine: kokoro
  language: en

music:
  engine: sampled
  prompt: "calm, hopeful, piano and strings"
  level: -20            # dB against full speech

shots:
  - id: r001
    prompt: >-
      A quiet harbour at dawn, fishing boats rest on still water, mist drifts over the breakwater
    camera: slow push in
    duration: auto      # as long as the narration, plus a breath
    narration: Every film begins with a first light.
    overlay:
      - text: {title}
        style: title
        start: 0.5
        end: 3
    transition: {{type: fade, duration: 0.5}}

  - id: r002
    prompt: >-
      A welder at work in a dark shipyard hall, sparks fall like rain, faces lit from below
    camera: slow pan right
    duration: 4
    overlay:
      - text: ["Name of a person", "What they do"]
        style: lower_third
        start: 0.5
        end: 3.5

  - id: r003
    card:
      title: {title}
      subtitle: The end
    duration: 3
"""


def new(
    file: Annotated[Path, typer.Argument(help="The storyboard to write, such as storyboards/my-film.yaml.")],
    title: Annotated[str, typer.Option(help="The reel's title.")] = "My film",
) -> None:
    """Start a storyboard of three shots. An existing file is never overwritten."""
    if file.exists():
        raise SwavError(
            f"{file} is there already; nothing was written. Give another name, or move it away first"
        )
    if file.suffix not in (".yaml", ".yml"):
        raise SwavError(f"{file}: a storyboard is YAML; name it {file.with_suffix('.yaml')}")
    write_text(file, TEMPLATE.format(title=quoted(title), schema=schema_beside(file)))
    print(f"{file} is written. Build it with:")
    print(f"  snakemake final.mp4 --resources gpu=4 --config storyboard={file}")


def quoted(text: str) -> str:
    """A text as a YAML scalar that means exactly that text (YAML 1.2 accepts JSON's strings)."""
    return json.dumps(text, ensure_ascii=False)


def schema_beside(file: Path) -> str:
    """The path from a storyboard's folder to the JSON Schema, for editors, wherever the folder lies.

    In a checkout of swav that is the shipped file; elsewhere a copy is put beside the storyboard.
    """
    project = SCHEMA.parents[2]
    folder = file.resolve().parent
    if folder.is_relative_to(project) and (project / "Snakefile").is_file():
        return os.path.relpath(SCHEMA, folder)
    write_text(file.with_name(SCHEMA.name), SCHEMA.read_text(encoding="utf-8"))
    return SCHEMA.name
