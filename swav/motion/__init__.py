"""Motion: a take of one rate brought to the rate of the reel, by frames that are made between its own."""
