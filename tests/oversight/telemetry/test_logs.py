"""Lines of the log: readable or JSON, with the ids of what they are about and without any key."""

import json
import logging
import sys

import pytest

from oversight.telemetry.logs import about, formatter


def line(kind, message="a unit waits", *, exc_info=None):
    record = logging.LogRecord("oversight.work", logging.WARNING, "f", 1, message, (), exc_info)
    return formatter(environment={"LOG_FORMAT": kind}).format(record)


def test_json_names_what_it_is_about():
    with about(round=3, unit=17, version=5):
        found = json.loads(line("json"))
    assert found["event"] == "a unit waits"
    assert (found["round"], found["unit"], found["version"]) == (3, 17, 5)
    assert (found["level"], found["logger"]) == ("warning", "oversight.work")
    assert found["timestamp"].endswith("Z")
    assert "unit" not in json.loads(line("json"))


def test_plain_lines_say_it_at_their_end():
    assert line("").endswith("WARNING oversight.work: a unit waits")
    with about(round=3):
        assert line("plain").endswith("a unit waits [round=3]")


def test_an_error_is_one_object():
    try:
        raise ValueError("no\nanswer")
    except ValueError:
        text = line("json", exc_info=sys.exc_info())
    assert "\n" not in text
    assert "ValueError: no\nanswer" in json.loads(text)["exception"]


@pytest.mark.parametrize("kind", ["plain", "json"])
@pytest.mark.parametrize(
    ("name", "value", "secret"),
    [
        ("VLLM_API_KEY", "sk-very-secret", "sk-very-secret"),
        ("OIDC_CLIENT_SECRET", "hush-hush-hush", "hush-hush-hush"),
        ("DATABASE_URL", "postgresql://me:open-sesame@db/x", "open-sesame"),
    ],
)
def test_no_line_holds_a_key(monkeypatch, kind, name, value, secret):
    monkeypatch.setenv(name, value)
    text = line(kind, f"the server refused {secret}, it says")
    assert secret not in text
    assert "refused …, it says" in text


def test_another_format_is_refused():
    with pytest.raises(ValueError, match="LOG_FORMAT must be one of plain, json"):
        formatter(environment={"LOG_FORMAT": "xml"})
