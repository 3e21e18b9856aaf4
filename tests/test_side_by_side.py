"""Work of several threads: its order, how far it runs ahead, and what an error does."""

import threading
from functools import partial

import pytest

from swav.opencv import cv2
from swav.side_by_side import AHEAD, in_order, one_thread_each


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_what_is_done_last_first_is_given_in_its_order(threads):
    second_is_done = threading.Event()

    def first():
        assert threads == 1 or len(cores()) == 1 or second_is_done.wait(10)
        return "first"

    def second():
        second_is_done.set()
        return "second"

    assert list(in_order([first, second], threads)) == ["first", "second"]


def test_no_more_is_begun_than_is_soon_asked_for():
    begun = []
    given = in_order((partial(begun.append, number) for number in range(100)), 1)
    next(given)
    given.close()
    assert len(begun) <= AHEAD + 1


def test_an_error_is_raised_where_its_turn_comes():
    given = in_order([lambda: 1, lambda: 1 / 0, lambda: 3], 2)
    assert next(given) == 1
    with pytest.raises(ZeroDivisionError):
        next(given)


def test_opencv_has_its_threads_again():
    before = cv2.getNumThreads()
    cv2.setNumThreads(3)
    with one_thread_each():
        assert cv2.getNumThreads() == 1
    assert cv2.getNumThreads() == 3
    cv2.setNumThreads(before)


def cores():
    import os

    return os.sched_getaffinity(0)
