"""The web server is killed while somebody judges: what was saved is there, and work goes on."""

import os
import signal
import socket
import subprocess
import time
import urllib.request

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from annotate.models import Annotation, Draft
from oversight.models import Judgement
from tests.annotate.records import make_reviewed_pair

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Server:
    """gunicorn as `manage.py up` starts it, on the test's own database."""

    def __init__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None

    def start(self):
        from oversight.management.commands.up import _web_command

        settings.HOST, settings.PORT = "127.0.0.1", self.port
        name = connection.settings_dict["NAME"]
        url = os.environ["DATABASE_URL"].replace("/postgres?", f"/{name}?", 1)
        self.process = subprocess.Popen(
            _web_command(),
            env={**os.environ, "DATABASE_URL": url, "LOG_LEVEL": "WARNING"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + 120
        while not self._answers():
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.1)

    def _answers(self):
        try:
            urllib.request.urlopen(f"{self.url}/healthz", timeout=5).close()  # noqa: S310
        except OSError:
            return False
        return True

    def kill(self):
        """Kill the master and its workers with a signal that nobody can catch."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def server(transactional_db, settings):
    server = Server()
    yield server
    if server.process and server.process.poll() is None:
        server.kill()


def open_card(browser, server, user):
    client = Client()
    client.force_login(user)
    context = browser.new_context()
    name = settings.SESSION_COOKIE_NAME
    session = client.cookies[name].value
    context.add_cookies([{"name": name, "value": session, "url": server.url}])
    page = context.new_page()
    page.goto(server.url + "/annotate/")
    page.get_by_role("button", name="Start").click()
    page.locator("#answer").wait_for()
    return page


def test_nothing_is_lost_when_the_server_is_killed(browser, server):
    pair = make_reviewed_pair()
    make_reviewed_pair(pair.campaign, query_text="The second query?")
    server.start()
    page = open_card(browser, server, pair.user)
    page.locator("label.opt-1").click()
    page.locator("#submit").click()
    page.locator(".saved", has_text="Saved.").wait_for()
    server.kill()
    assert Annotation.objects.count() == 1

    page.locator(".rationale summary").click()
    page.fill("#rationale", "Through thick and thin")
    page.wait_for_function(
        "() => document.getElementById('draft-note').textContent.includes('cannot be reached')"
    )
    page.locator("label.opt-7").click()
    page.locator("#submit").click()
    page.get_by_text("Not saved: the server could not be reached.").first.wait_for()
    assert Annotation.objects.count() == 1

    server.start()
    page.wait_for_function(
        "() => document.getElementById('draft-note').textContent === 'Draft saved'"
    )
    assert ["rationale", "Through thick and thin"] in Draft.objects.get().fields
    page.locator("#submit").click()
    page.get_by_role("heading", name="All done").wait_for()
    assert Judgement.objects.latest("pk").rationale == "Through thick and thin"
    assert Annotation.objects.count() == 2
    page.context.close()
