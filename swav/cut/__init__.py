"""The cut: which take, lettering, line and transition stands where in the reel, and how the reel is joined from them."""
