"""Seeing: what is pending and why, what it will cost, what lies unused."""
