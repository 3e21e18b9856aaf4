"""To which size a take is brought."""


def covering(width: int, height: int, wanted: tuple[int, int]) -> tuple[int, int] | None:
    """The size, of a take's own shape, that covers the wanted one; None where the take covers it already.

    A take that stands upright covers the wanted size laid on its side. Both sides are even.
    """
    across, down = wanted if (width >= height) == (wanted[0] >= wanted[1]) else wanted[::-1]
    if width >= across and height >= down:
        return None
    if across * height >= down * width:
        return across, 2 * -(-across * height // (2 * width))
    return 2 * -(-down * width // (2 * height)), down
