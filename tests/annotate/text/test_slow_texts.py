"""A text made to cost more than its length costs a bounded time, and the page says what is left out."""

import resource
import threading
import time
import urllib.request

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from annotate.card.texts import MOST_MARKS, TOO_MANY_MARKS
from annotate.text.colouring_process import colouring_process
from annotate.text.markdown import NO_COLOURS, TOO_MUCH, formatted
from annotate.text.reading import MOST_EVENTS
from annotate.text.rendering import Cover, Span, segments
from oversight.models import ItemKind, ReviewItem
from tests.annotate.browser.test_server_crash import Server
from tests.annotate.records import make_comment, make_reviewed_pair, url
from tests.factories import make_item, make_response
from tests.pace import paces

pytestmark = pytest.mark.fault("slow-text")
SIZE = 19_900
FENCES = {
    "c": "```c\n" + "\n" * 19_000 + "x\n```",
    "java": "```java\n" + "\n" * 19_000 + "x\n```",
    "autoit": "```autoit\n" + " " * 19_000 + "x\n```",
}
HOSTILE = FENCES | {
    "brackets": "**x** " + "[" * SIZE,
    "links": "**x** " + "[](" * (SIZE // 3),
    "emphasis": "*a **b " * (SIZE // 7),
    "table": "|a" * 200 + "|\n" + "|-" * 200 + "|\n" + "|b\n" * 5_000,
    "quotations": "> " * (SIZE // 2) + "a",
    "lists": "- " * (SIZE // 2),
    "dollars": "**x**\n\n" + "$$a\n\n" * (SIZE // 5),
    "brackets of formulas": "**x**\n\n" + "\\[a\n\n" * (SIZE // 5),
    "backticks": "**x** " + "".join("`" * size + " " for size in range(1, 198)),
    "entities": "**x** " + "&amp;" * (SIZE // 5),
    "one to a line": "**x**\n" + "a\n" * (SIZE // 2),
    "invisible": "**x** " + "\u200b\u2060" * (SIZE // 2),
    "runs of invisible": "**x** " + "\u200b" * SIZE,
    "blank lines": "**x**" + "\n" * SIZE,
    "references": "".join(f"[a{i}]: b\n" for i in range(1_500)) + "\n" + "[a1]" * 1_000,
    "headings": "# a\n" * (SIZE // 4),
}


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()
    colouring_process.rests_until = 0.0


@pytest.fixture
def open_card(client, db):
    """Return a function that opens a card; the pages' templates are read before."""

    def get(row):
        return client.get(url("assignment", row))

    pair = make_reviewed_pair(text_a="```py\nx\n```")
    client.force_login(pair.user)
    get(pair.lease())
    return get


def spent():
    """Return the processor seconds of this process and of those that it waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def hostile_card(text, number=0):
    """Return a pair whose query and four responses are the text, 100 kB in all."""
    texts = [f"{text}\n{number}{letter}"[:20_000] for letter in "qabcd"]
    pair = make_reviewed_pair(query_text=texts[0], text_a=texts[1], text_b=texts[2])
    responses = [make_response(pair.item.query, text) for text in texts[1:]]
    names = ("response_a", "response_b", "response_c", "response_d")
    make_item(
        pair.campaign,
        query=pair.item.query,
        round=pair.item.round,
        priority=9,
        **dict(zip(names, responses, strict=True)),
    )
    return pair


@pytest.mark.slow  # by processor time, which a busy machine stretches
@pytest.mark.parametrize("name", HOSTILE)
def test_a_card_of_100_kb_is_answered_in_a_second(client, open_card, name):
    pair = hostile_card(HOSTILE[name])
    client.force_login(pair.user)
    row = pair.lease()
    for _ in range(2):
        before = spent()
        page = open_card(row)
        assert page.status_code == 200
        assert spent() - before < 1
    assert len(page.content) < 8_000_000


def test_a_card_of_many_lines_to_label_is_answered_in_a_second(client, open_card):
    pair = make_reviewed_pair()
    response = make_response(pair.item.query, "a\n" * 50_000)
    ReviewItem.objects.create(
        campaign=pair.campaign,
        query=pair.item.query,
        response_a=response,
        kind=ItemKind.STEPS,
        priority=9,
    )
    client.force_login(pair.user)
    row = pair.lease()
    before = spent()
    assert open_card(row).status_code == 200
    assert spent() - before < 1


@pytest.mark.parametrize("name", FENCES)
def test_code_that_takes_too_long_is_shown_without_colours_and_says_so(name):
    start, before = time.monotonic(), spent()
    made = formatted(f"**x**\n\n{FENCES[name]}")
    assert time.monotonic() - start < 5
    assert spent() - before < 1
    assert '<pre class="code"><code>' in made.html
    assert "tok-" not in made.html
    assert made.note == NO_COLOURS


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["*a* " * MOST_EVENTS, "**a** " + "b" * 20_000])
def test_what_is_not_formatted_is_shown_as_written_and_says_so(client, text):
    pair = make_reviewed_pair(text_a=text)
    client.force_login(pair.user)
    page = client.get(url("assignment", pair.lease())).content.decode()
    assert TOO_MUCH in page
    assert text.strip() in page


@pytest.mark.django_db
def test_more_quotes_than_can_be_marked_are_said(client):
    pair = make_reviewed_pair(text_a="word " * 400)
    critique = pair.comments[0].critique
    for _ in range(MOST_MARKS + 1):
        make_comment(critique, "word")
    client.force_login(pair.user)
    page = client.get(url("assignment", pair.lease())).content.decode()
    assert TOO_MANY_MARKS in page
    assert 'id="quote-' in page


def test_marks_that_all_overlap_are_cut_in_little_time():
    spans = [Span(number, number, 2_000 - number, "minor") for number in range(MOST_MARKS)]
    assert paces(lambda: segments("x" * 2_000, spans)) < 4
    found = segments("x" * 2_000, spans)
    assert len(found) == 2 * MOST_MARKS - 1
    assert len(Cover(spans).borders) == 2 * MOST_MARKS


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["c", "java", "emphasis", "invisible"])
def test_others_are_answered_while_ten_hostile_cards_load(name):
    """The whole server, as `manage.py up` starts it: p99 of /healthz stays under a second.

    It is at work already: each of its threads has its connection to the database.
    """
    cards = [_leased(HOSTILE[name], number) for number in range(10)]
    plain = _leased("Fifty.", 10)
    server = Server()
    server.start()
    try:
        for load in _loads(server, [plain] * 30):
            load.join()
        loads = _loads(server, cards)
        waits = []
        while any(load.is_alive() for load in loads) or len(waits) < 100:
            start = time.monotonic()
            urllib.request.urlopen(f"{server.url}/healthz", timeout=30).close()  # noqa: S310
            waits.append(time.monotonic() - start)
            time.sleep(0.01)
    finally:
        server.kill()
    late = sorted(waits)[int(len(waits) * 0.99)]
    print(name, "p99 of", len(waits), "answers:", round(late, 3), "s")
    assert late < 1


def _leased(text, number):
    pair = hostile_card(text, number)
    client = Client()
    client.force_login(pair.user)
    return url("assignment", pair.lease()), client.cookies[settings.SESSION_COOKIE_NAME].value


def _loads(server, cards):
    loads = [threading.Thread(target=_load, args=(server, *card)) for card in cards]
    for load in loads:
        load.start()
    return loads


def _load(server, address, session):
    request = urllib.request.Request(  # noqa: S310
        server.url + address, headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        assert answer.url == server.url + address
