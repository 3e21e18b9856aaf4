"""Proof of origin: what a film says, signed, of what in it was generated, filmed, spoken and played.

A film carries a manifest of the C2PA standard (Content Credentials, specification 2.x), which any reader
of the standard finds. ``swav.reel.signing.sign_film`` writes it; ``reading`` reads what any file has.
"""
