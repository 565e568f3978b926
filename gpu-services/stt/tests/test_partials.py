from __future__ import annotations

import pytest

from stt.partials import PartialPolicy, join_overlap


def test_a_partial_waits_for_its_interval_and_never_queues() -> None:
    policy = PartialPolicy(500)
    assert not policy.may_begin(7_000, -20)
    assert policy.may_begin(8_000, -20)
    policy.begun(8_000)
    assert not policy.may_begin(32_000, -20)
    policy.ended(100)
    assert not policy.may_begin(15_000, -20)
    assert policy.may_begin(16_000, -20)


def test_none_is_begun_when_a_pause_may_be_near() -> None:
    assert not PartialPolicy(500).may_begin(16_000, -60)


def test_slow_ones_come_less_often() -> None:
    policy = PartialPolicy(500)
    policy.begun(8_000)
    policy.ended(800)
    assert not policy.may_begin(8_000 + 16_000, -20)
    assert policy.may_begin(8_000 + 32_000, -20)


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        ("", "hello there", "hello there"),
        ("I would like to book", "like to book a room", "I would like to book a room"),
        ("I would like to, book a", "to book a room", "I would like to book a room"),
        ("one two", "three four", "one two three four"),
    ],
)
def test_partials_of_a_long_utterance_are_joined(before: str, after: str, joined: str) -> None:
    assert join_overlap(before, after) == joined
