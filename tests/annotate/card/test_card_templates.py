"""The environment of the card's templates: all is escaped, and nothing that is missing is blank."""

from datetime import UTC, datetime

import pytest
from django.template import engines
from django.utils.safestring import SafeString
from jinja2 import UndefinedError

HOSTILE = "<script>alert(1)</script>\u202e\"'"


@pytest.fixture
def render():
    environment = engines["jinja2"].env
    return lambda source, **values: environment.from_string(source).render(**values)


def test_what_a_model_wrote_is_escaped(render):
    shown = render('<p title="{{ text }}">{{ text }}</p>', text=HOSTILE)
    assert shown.count("&lt;script&gt;") == 2
    assert "<script" not in shown
    assert 'title="&lt;script&gt;alert(1)&lt;/script&gt;\u202e&#34;&#39;"' in shown


def test_model_text_shows_what_is_invisible(render):
    shown = render("{{ text|model_text }}", text=HOSTILE)
    assert "<script" not in shown
    assert 'title="U+202E right-to-left override"' in shown


def test_what_was_escaped_before_is_not_escaped_again(render):
    assert render("{{ text }}", text=SafeString("<b>x</b>")) == "<b>x</b>"


def test_a_name_that_is_missing_is_an_error(render):
    with pytest.raises(UndefinedError):
        render("{{ nothing }}")


def test_addresses_and_dates_are_those_of_django(render, settings):
    settings.TIME_ZONE = "Europe/Vienna"
    at = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    assert render("{{ url('annotate:skip', 7) }}") == "/annotate/assignment/7/skip/"
    assert render('{{ at|date("j M, H:i") }}', at=at) == "2 Jul, 00:30"
