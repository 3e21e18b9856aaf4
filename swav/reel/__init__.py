"""The reel: the cut carried out, from spoken lines and lettering to the finished file."""
