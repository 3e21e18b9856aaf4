"""Hearing: a recogniser listens to the narration, for gates, word times and subtitles."""

from swav.hearing.english import error_rate

__all__ = ["error_rate"]
