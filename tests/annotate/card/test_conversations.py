"""A conversation is shown turn by turn, under who speaks."""

import re

import pytest

from models_srv.conversations import as_text, checked_turns
from oversight.campaigns.services.queries import text_columns
from tests.annotate.records import make_reviewed_pair, url
from tests.factories import make_campaign, make_query

pytestmark = pytest.mark.django_db
TALK = checked_turns(
    [
        {"role": "user", "content": "Weather in <b>Oslo</b>?"},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"name": "weather", "arguments": {"at": "Oslo"}}],
        },
        {"role": "tool", "name": "weather", "content": "rain"},
        {"role": "user", "content": "And **tomorrow**?"},
    ]
)


@pytest.fixture
def pair(db):
    campaign = make_campaign()
    talk = make_query(campaign, **text_columns(as_text(TALK), TALK), messages=TALK)
    return make_reviewed_pair(campaign, query=talk)


@pytest.fixture
def page(client, pair):
    return client.get(url("assignment", pair.lease())).content.decode()


def test_each_turn_stands_under_its_speaker(page):
    assert [page.count(f'<li class="turn {role}">') for role in ("user", "assistant", "tool")] == [
        2,
        1,
        1,
    ]
    assert ">Tool weather<" in page
    assert "→ weather({&quot;at&quot;: &quot;Oslo&quot;})" in page
    assert re.search(r"<strong[^>]*>(<span[^>]*>)?tomorrow<", page)


def test_what_is_said_stays_text(page):
    assert "<b>Oslo" not in page
