"""The review page: the film looked at and changed in a browser. It knows only what is on disk."""
