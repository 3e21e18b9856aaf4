"""What a team looks at before a film goes out: a contact sheet of all shots, every verdict on one page."""

import base64
import html
import json
from pathlib import Path
from typing import Any

from swav.cut.model import Cut
from swav.cut.timeline import timeline
from swav.files import replacing, write_text
from swav.quality.verdict import Verdict
from swav.reel.judging import admit
from swav.reel.middles import middle_frames, middle_of, size_of
from swav.review.sheet import COLOURS, DIM, INK, LINE, MARGIN, PAPER, lettered, marked
from swav.review.sheet_layout import layout_of

_JPEG_QUALITY = 85
_STYLE = """
body{background:#18191b;color:#ecece8;font:15px/1.5 sans-serif;margin:2em auto;max-width:1360px}
img{max-width:100%}td{padding:.3em 1.2em .3em 0;vertical-align:top}
.pass{color:#6ebe78}.warn{color:#e6b446}.fail{color:#eb5f50}.dim{color:#96968f}
"""


def admit_and_show(cut: Cut, admission: Path, sheet: Path, page: Path) -> None:
    """Let the reel be delivered, or say why not; then write the sheet and the page of what was admitted."""
    admit(cut, admission)
    verdicts = json.loads(admission.read_text(encoding="utf-8"))
    write_sheet(cut, verdicts, sheet)
    write_page(cut, verdicts, sheet, page)


def write_sheet(cut: Cut, verdicts: dict[str, Any], target: Path) -> None:
    """Write a JPEG with the middle frame of every shot of the reel, four in a row; of very many, smaller."""
    from PIL import Image

    spans = timeline(cut).spans
    pictures = middle_frames(cut, [span.start + middle_of(span.frames) for span in spans], size_of(cut))
    layout = layout_of(len(cut.shots), size_of(cut))
    drawn = Image.new("RGB", layout.size, PAPER)
    lettered(drawn, cut.title, (MARGIN, MARGIN), 24, INK, bold=True)
    for place, (shot, span, picture) in enumerate(zip(cut.shots, spans, pictures, strict=True)):
        left, top = layout.corner(place)
        drawn.paste(layout.shrunk(picture), (left, top))
        under = top + layout.height
        colour = COLOURS.get(verdicts["shots"][shot.id]["status"], DIM)
        marked(drawn, (left, under + 5, left + 5, under + LINE + 1), colour)
        if layout.small:
            lettered(drawn, shot.id[: layout.width // 8], (left + 8, under + 6), 11, INK)
        else:
            said = f"{shot.id}  {shot.engine}  {float(span.frames / cut.delivery.rate):.2f} s"
            lettered(drawn, said, (left + 12, under + 2), 15, INK)
    with replacing(target) as partial:
        drawn.save(partial, "JPEG", quality=_JPEG_QUALITY)


def write_page(cut: Cut, verdicts: dict[str, Any], sheet: Path, target: Path) -> None:
    """Write every verdict as a page of its own, the sheet inside it."""
    rows = []
    for shot in cut.shots:
        verdict = verdicts["shots"][shot.id]
        taken = next((take for take in verdict["takes"] if take["number"] == verdict["chosen"]), None)
        rows += _rows(shot.id, shot.engine, verdict["status"], taken)
        if shot.id in verdicts["speech"]:
            rows += _rows("", "narration", verdicts["speech"][shot.id]["status"], verdicts["speech"][shot.id])
    rows += _rows("the film", "", verdicts["reel"]["status"], verdicts["reel"])
    picture = base64.b64encode(sheet.read_bytes()).decode()
    title = html.escape(cut.title)
    write_text(
        target,
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
        f'<h1>{title}</h1><img alt="The middle of every shot" src="data:image/jpeg;base64,{picture}">'
        f"<table>{''.join(rows)}</table></html>\n",
    )


def _rows(about: str, by: str, status: str, verdict: dict[str, Any] | None) -> list[str]:
    """A row for what a verdict is about, with everything that was found."""
    findings = Verdict.read(verdict).findings if verdict else ()
    found = [finding.sentence for finding in findings if finding.status in ("warn", "fail")]
    words = "<br>".join(map(html.escape, found)) or '<span class="dim">nothing found</span>'
    by, status = html.escape(by), html.escape(status)
    return [
        f'<tr><td>{html.escape(about)}<td class="dim">{by}<td class="{status}">{status}<td>{words}',
    ]
