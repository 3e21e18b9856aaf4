"""Units over allocations: one load each where that can be, nothing twice, nothing forgotten, even lengths."""

import random

import pytest

from swav.farm.division import divide
from swav.farm.work import Unit

WAN, INK, STILL = ("wan2.2", "w", ()), ("wan2.2", "w", (("ink", 1.0, "both"),)), ("z-image", "z", ())


def unit(name, minutes=10.0, *loads):
    return Unit((name,), (f"{name}.mp4",), loads or (WAN,), minutes)


def loads(share):
    return {load for unit in share for load in unit.loads}


def minutes(share):
    return sum(unit.minutes for unit in share)


def names(shares):
    return [[shot for unit in share for shot in unit.shots] for share in shares]


def film(*groups):
    """A film in which the loads alternate: (load, shots) each."""
    units = [
        unit(f"{load[0][0]}{len(load[2])}_{n}", 10.0, load) for load, count in groups for n in range(count)
    ]
    random.Random(7).shuffle(units)
    return units


def test_each_allocation_loads_once():
    shares = divide(film((WAN, 9), (INK, 3), (STILL, 1)), 4)
    assert [len(loads(share)) for share in shares] == [1] * 4
    assert sorted(len(share) for share in shares) == [1, 3, 4, 5]


def test_more_loads_than_allocations_are_dealt_out_whole():
    shares = divide(film((WAN, 5), (INK, 3), (STILL, 2)), 2)
    assert sorted(len(loads(share)) for share in shares) == [1, 2]
    assert not loads(shares[0]) & loads(shares[1])
    assert [minutes(share) for share in shares] == [50, 50]


def test_lengths_are_even():
    given = [unit(f"s{n}", cost) for n, cost in enumerate((50, 40, 30, 30, 20, 10, 10, 5, 5))]
    assert [minutes(share) for share in divide(given, 2)] == [100, 100]


def test_an_allocation_renders_in_the_order_of_the_film_and_so_do_the_allocations():
    given = [unit(f"s{n}") for n in range(7)]
    assert names(divide(given, 3)) == [["s0", "s3", "s6"], ["s1", "s4"], ["s2", "s5"]]


def test_a_length_that_nobody_knows_counts_as_the_usual_one():
    given = [unit("a", None), unit("b", 10), unit("c", 30), unit("d", 10)]
    assert names(divide(given, 2)) == [["a", "b", "d"], ["c"]]
    assert names(divide([unit("a", None), unit("b", None)], 2)) == [["a"], ["b"]]


def test_nothing_is_divided_into_nothing():
    assert divide([], 4) == ()


@pytest.mark.parametrize("seed", range(20))
def test_whatever_the_film_nothing_is_lost_or_twice_and_no_load_is_split_in_vain(seed):
    chance = random.Random(seed)
    kinds = [WAN, INK, STILL, ("svd", "s", ())][: chance.randint(1, 4)]
    many = range(chance.randint(1, 30))
    held = [chance.sample(kinds, chance.randint(1, min(2, len(kinds)))) for _ in many]
    given = [unit(f"s{n}", chance.choice([None, 1.0, 7.5, 40.0]), *held[n]) for n in many]
    allocations = chance.randint(1, 9)
    shares = divide(given, allocations)
    assert sorted(shot for share in names(shares) for shot in share) == sorted(
        unit.shots[0] for unit in given
    )
    assert 1 <= len(shares) <= allocations
    assert all(shares)
    sets = {frozenset(unit.loads) for unit in given}
    if len(sets) <= allocations:
        assert all(len({frozenset(unit.loads) for unit in share}) == 1 for share in shares)
    else:
        homes = [{frozenset(unit.loads) for unit in share} for share in shares]
        assert sum(map(len, homes)) == len(sets)
