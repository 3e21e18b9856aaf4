"""Lettering: overlays, title cards and subtitles; words are set here, never asked of a model."""
