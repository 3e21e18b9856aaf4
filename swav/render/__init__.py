"""Rendering: which cards a render may use, and the one way in which a take is made."""
