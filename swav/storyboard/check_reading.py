"""Where a line is read otherwise than it looks: tags are directions, which no voice here follows."""

from swav.shown import listed
from swav.storyboard.fields import Key
from swav.storyboard.findings import Findings
from swav.written import PAUSE, tags


def check_reading(text: str, route: tuple[Key, ...], findings: Findings) -> None:
    """Notices for the tags of a line, which will not be said."""
    found = tags(text)
    if pauses := [tag for tag in found if PAUSE.match(tag)]:
        message = f"{pauses[0]} is said as a short pause, whatever its length"
        findings.notice(route, f"{message}; for a longer one, end the line and let the next shot go on")
    if others := [tag for tag in found if not PAUSE.match(tag)]:
        signs = listed(others, 2, joint=" and ")
        findings.notice(route, f"markup is left out, because voices take only words: {signs}")
