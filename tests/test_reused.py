"""Memory that is used again is nobody's by then."""

import av
import numpy as np

from swav.reused import Reused


def test_an_array_that_nobody_holds_is_given_again():
    rooms = Reused((4, 6, 3), np.uint8)
    first = rooms.take()
    where = first.ctypes.data
    assert first.shape == (4, 6, 3) and first.dtype == np.uint8
    del first
    assert rooms.take().ctypes.data == where


def test_an_array_that_somebody_holds_is_not_given():
    rooms = Reused((4, 6, 3), np.uint8)
    held = rooms.take()
    assert not np.shares_memory(held, rooms.take())


def test_a_view_and_a_frame_hold_the_array_that_they_show():
    rooms = Reused((4, 6, 3), np.uint8)
    row = rooms.take()[1:2, ::2].T
    frame = av.VideoFrame.from_numpy_buffer(rooms.take(), format="rgb24")
    shown = np.asarray(frame.to_ndarray()).copy()
    for _ in range(3):
        new = rooms.take()
        new.fill(255 - int(shown[0, 0, 0]))
        assert not np.shares_memory(new, row)
        assert np.array_equal(frame.to_ndarray(), shown)
