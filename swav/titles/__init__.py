"""Lettering: overlays, title cards and subtitles. Words on the screen are set here, never asked of a model."""
