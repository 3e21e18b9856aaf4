"""Sound: stems of dialogue, music and effects, and the mix that is mastered from them."""
