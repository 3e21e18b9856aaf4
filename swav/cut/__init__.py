"""The cut: which take, lettering, line and transition stands where in the reel, and how they are joined."""
