"""Pictures as files: what is in a clip, how one is written, and how real footage is brought to the reel's format."""
