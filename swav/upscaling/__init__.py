"""Upscaling: takes brought to a larger size by a published model of super resolution."""
