"""Where the tests find what they share: the repository, their helpers, their data."""

from pathlib import Path

TESTS = Path(__file__).parent
REPOSITORY = TESTS.parent
DATA = TESTS / "data"
