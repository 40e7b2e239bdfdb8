"""What Django cannot read of a Content-Type is answered before it is asked."""

import json

import pytest

from oversight.web.content_type import with_readable_type

pytestmark = pytest.mark.fault("server-errors")


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("text/plain; a*=b''%ff", b"The Content-Type cannot be read."),
        ("text/plain; a*=utf-8''%ff", b"page"),
        ("application/json", b"page"),
        ("", b"page"),
    ],
)
def test_it_is_the_senders_error(kind, answer):
    statuses = []
    application = with_readable_type(lambda environ, start: [b"page"])
    body = application({"CONTENT_TYPE": kind}, lambda status, headers: statuses.append(status))
    assert body == [answer]
    assert statuses == ([] if answer == b"page" else ["415 Unsupported Media Type"])


def test_to_programs_it_is_a_problem():
    headers = []
    application = with_readable_type(lambda environ, start: [b"page"])
    environ = {"CONTENT_TYPE": "text/plain; a*=b''%ff", "PATH_INFO": "/api/v1/campaigns/"}
    body = application(environ, lambda _, sent: headers.extend(sent))
    assert ("Content-Type", "application/problem+json") in headers
    assert json.loads(b"".join(body))["status"] == 415
