"""Sound: the whole reel is mixed and mastered in one pass."""
