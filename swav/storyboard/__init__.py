"""The storyboard: one YAML file per reel."""
