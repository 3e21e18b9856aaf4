"""Clips as files: what is in one, how one is written, and how footage is brought to the reel's format."""
