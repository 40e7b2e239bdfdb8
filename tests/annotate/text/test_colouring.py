"""Colouring code has an end, whatever the text; it is done once."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from pygments.lexers import get_all_lexers
from redis.exceptions import ConnectionError as RedisIsDown

from annotate.text import colouring
from annotate.text.colouring import colours_of, language
from annotate.text.colouring_process import SLOW, colouring_process
from tests.annotate.records import wait_until_colours

pytestmark = pytest.mark.fault("slow-text")
SIZE = 19_900
BODIES = {
    "blank lines": "\n" * SIZE,
    "spaces": " " * SIZE,
    "one letter": "a" * SIZE,
    "words": "a " * (SIZE // 2),
    "openings": "(" * SIZE,
    "braces": "{[(" * (SIZE // 3),
    "quotes": "\"'" * (SIZE // 2),
    "stars": "/*" * (SIZE // 2),
    "angles": "<a" * (SIZE // 2),
    "backslashes": "\\" * SIZE,
    "digits": "1" * SIZE,
    "lines": "a\n" * (SIZE // 2),
    "set in": "\n ".join("a" * (SIZE // 3)),
    "hashes": "#" * SIZE,
    "dashes": "-" * SIZE,
    "marks": "\u0301" * SIZE,
}


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()
    wait_until_colours()


def test_code_is_coloured():
    assert colours_of([("python", "return 1")]) == [
        [[6, "tok-keyword"], [1, ""], [1, "tok-number"]],
    ]
    assert colours_of([("nonesuch", "return 1"), ("", "x"), ("py", "")]) == [[], [], []]
    assert language("C++ title=x") == "c++"


def test_a_text_that_took_too_long_is_not_tried_again(monkeypatch):
    asked = []
    monkeypatch.setattr(colouring_process, "reply", lambda job: asked.append(job) or SLOW)
    blocks = [("c", "int a;")]
    assert colours_of(blocks) == colours_of(blocks) == [None]
    assert len(asked) == 1


def test_colours_are_kept(monkeypatch):
    blocks = [("python", "return 2")]
    first = colours_of(blocks)
    monkeypatch.setattr(colouring_process, "reply", lambda job: pytest.fail("asked again"))
    assert colours_of(blocks) == first


def test_it_works_without_redis(monkeypatch):
    def down(*args):
        raise RedisIsDown

    monkeypatch.setattr(colouring.kept, "get", down)
    monkeypatch.setattr(colouring.kept, "set", down)
    assert colours_of([("python", "return 3")])[0]


def test_after_a_text_that_took_too_long_none_is_coloured_for_a_while(monkeypatch):
    monkeypatch.setattr(colouring_process, "rests_until", time.monotonic() + 60)
    assert colours_of([("python", "return 4")]) == [None]
    # It is not remembered: later it is coloured.
    monkeypatch.setattr(colouring_process, "rests_until", 0.0)
    assert colours_of([("python", "return 4")])[0]


def test_the_process_is_started_again_where_it_was_killed():
    assert colours_of([("python", "return 5")])[0]
    colouring_process.process.kill()
    colouring_process.process.wait()
    assert colours_of([("python", "return 6")]) == [None]
    wait_until_colours()
    assert colours_of([("python", "return 6")])[0]


def test_it_ends_with_whoever_started_it():
    colours_of([("python", "return 7")])
    process = colouring_process.process
    colouring_process.connection.close()
    assert process.wait(timeout=10) == 0
    colouring_process.stop()


def test_threads_do_not_get_each_others_colours():
    def ask(number):
        code = "x" * number
        found = colours_of([("text", code)])[0]
        return found is None or sum(length for length, _ in found) == number

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(1, 40)))


@pytest.mark.parametrize("info", ["c", "java", "python", "html", "javascript", "php", "rst"])
def test_hostile_bodies_end(info):
    _try_all([info])


@pytest.mark.slow
@pytest.mark.timeout(3_000)
def test_hostile_bodies_end_in_every_language():
    names = sorted(aliases[0] for _, aliases, _, _ in get_all_lexers(plugins=False) if aliases)
    assert len(names) > 400
    _try_all(names)


def _try_all(names):
    for name in names:
        for body in BODIES.values():
            colouring_process.rests_until = 0.0
            start = time.monotonic()
            reply = colouring._found([(name, body + "x")])
            assert time.monotonic() - start < 5, name  # a busy machine included
            assert reply == [None] or sum(length for length, _ in reply[0]) in (0, len(body) + 1)
