"""How much is asked of a server at a time, and whose turn it is."""

import asyncio
from collections import Counter

import pytest

from models_srv.backends.window import START, Turns, Window


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def fill(window):
    window.in_flight = int(window.limit)


def answers(window, count):
    for _ in range(count):
        fill(window)
        window.succeed()


def test_it_starts_small_and_grows_by_one_for_each_answer_up_to_the_bound(clock):
    window = Window(64, clock)
    assert window.limit == START
    answers(window, 10)
    assert window.limit == START + 10
    answers(window, 1000)
    assert window.limit == 64
    assert Window(2, clock).limit == 2


def test_answers_of_a_window_that_is_not_full_say_nothing(clock):
    window = Window(64, clock)
    window.in_flight = 1
    for _ in range(50):
        window.succeed()
    assert window.limit == START


def test_it_halves_once_for_all_that_were_under_way_together(clock):
    window = Window(64, clock)
    answers(window, 28)
    assert window.limit == 32
    clock.now = 10.0
    for began in (8.0, 9.0, 9.5):
        window.congest(began)
    assert window.limit == 16
    clock.now = 12.0
    window.congest(11.0)
    assert window.limit == 8


def test_after_that_it_grows_by_one_for_each_whole_window(clock):
    window = Window(64, clock)
    answers(window, 28)
    clock.now = 10.0
    window.congest(9.0)
    answers(window, 16)
    assert window.limit == pytest.approx(17, abs=0.1)


def test_it_never_falls_below_one(clock):
    window = Window(64, clock)
    for second in range(20):
        clock.now = float(second)
        window.congest(second - 0.5)
    assert window.limit == 1
    assert window.has_room
    answers(window, 5)
    assert window.limit > 1


def test_a_server_that_answers_nobody_is_asked_one_thing_at_a_time(clock):
    window = Window(64, clock)
    answers(window, 60)
    window.rest()
    assert window.limit == 1
    answers(window, 10)
    assert window.limit == 11


def test_lanes_take_turns_whoever_came_first():
    async def enter():
        window = Window(1)
        turns, order = Turns(window), []

        async def one(lane):
            async with turns.turn(lane):
                order.append(lane)
                await asyncio.sleep(0)

        lanes = ["large"] * 8 + ["small"] * 2
        await asyncio.gather(*(one(lane) for lane in lanes))
        assert window.in_flight == 0
        return order

    order = asyncio.run(enter())
    assert Counter(order) == {"large": 8, "small": 2}
    assert order.index("small") <= 2
    assert set(order[5:]) == {"large"}


def test_who_gives_up_waiting_or_its_place_leaves_it_to_others():
    async def enter():
        window = Window(1)
        turns = Turns(window)
        done = []

        async def one(name, seconds):
            async with turns.turn("lane"):
                await asyncio.sleep(seconds)
                done.append(name)

        holds = asyncio.create_task(one("holds", 30))
        waits = asyncio.create_task(one("waits", 0))
        last = asyncio.create_task(one("last", 0))
        await asyncio.sleep(0)
        waits.cancel()
        holds.cancel()
        await asyncio.wait([holds, waits, last])
        assert window.in_flight == 0
        return done

    assert asyncio.run(enter()) == ["last"]
