"""Lay all keyframes of a film on one sheet, as a picture and as a PDF."""

from swav.reel.command import run
from swav.reel.stills import make_stills, stills_inputs

if __name__ == "__main__":
    run(make_stills, __doc__, reads=stills_inputs, targets=2)
