"""Under a path of somebody's domain: every address leads back there, whatever the proxy does to it."""

import os
import re
import subprocess
import threading
import time
from collections import deque
from http.client import HTTPConnection
from http.cookiejar import CookieJar
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection

from benchmarks.stack import ROOT, free_port
from oversight.management.commands.up import _web_command
from oversight.models import MemberRole
from oversight.people.services.tokens import make_token
from tests.annotate.records import make_reviewed_pair
from tests.factories import make_member, make_query, make_user

pytestmark = pytest.mark.fault("instances")
PREFIX = "/team/oversight"
ADDRESS = re.compile(r"""(?:href|src|action|hx-(?:get|post)|data-[a-z-]*url)=["']([^"']+)["']""")
ROOTED = re.compile(
    r"""(?:href|src|action|formaction|hx-\w+|data-[a-z-]*url)=["']?/(?![/*])|url\(\s*["']?/|"""
    r"""(?:fetch|open|ajax|assign|replace)\(\s*[`"']/|location(?:\.href)?\s*=\s*[`"']/"""
)


def start_proxy(port, *, cuts):
    """A proxy such as nginx: it hands PREFIX on as it is, or cuts it off."""

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self):
            if not self.path.startswith(f"{PREFIX}/"):
                self.send_error(404, "not below the prefix")
                return
            path = self.path[len(PREFIX) :] if cuts else self.path
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            behind = HTTPConnection("127.0.0.1", port, timeout=120)
            behind.request(self.command, path, body, dict(self.headers))
            answer = behind.getresponse()
            content = answer.read()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815  # named by the library

        def log_message(self, *words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture
def port(transactional_db, monkeypatch):
    """gunicorn as `manage.py up` starts it, told of the prefix, on the test's own database."""
    port = free_port()
    monkeypatch.setattr(settings, "HOST", "127.0.0.1")
    monkeypatch.setattr(settings, "PORT", port)
    name = connection.settings_dict["NAME"]
    url = os.environ["DATABASE_URL"].replace("/postgres?", f"/{name}?", 1)
    env = {**os.environ, "DATABASE_URL": url, "SCRIPT_NAME": f"{PREFIX}/", "LOG_LEVEL": "WARNING"}
    process = subprocess.Popen(_web_command(), env=env, cwd=ROOT)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            behind = HTTPConnection("127.0.0.1", port, timeout=10)
            behind.request("GET", "/healthz")  # as load balancers ask, beside the proxy
            assert behind.getresponse().status == 200
            break
        except OSError:
            time.sleep(0.1)
    yield port
    process.terminate()
    process.wait(60)


class Visitor:
    def __init__(self, base):
        self.base = base
        self.jar = CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.jar))

    def get(self, url, **headers):
        with self.opener.open(Request(url, headers=headers), timeout=120) as answer:  # noqa: S310
            return answer.url, answer.read().decode(errors="replace")

    def sign_in(self, username, password):
        url, page = self.get(f"{self.base}{PREFIX}/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        after = re.search(r'name="next" value="([^"]*)"', page)[1]
        fields = {
            "csrfmiddlewaretoken": token,
            "username": username,
            "password": password,
            "next": after,
        }
        with self.opener.open(url, urlencode(fields).encode(), timeout=120) as answer:
            return answer.url, answer.read().decode()


def addresses_of(url, text):
    """Return what the page links to on this host, in its order: pages, styles, scripts, fonts, htmx."""
    found = ADDRESS.findall(text) if "<html" in text else re.findall(r"url\(([^)]+)\)", text)
    full = [urljoin(url, one.strip("\"'").replace("&amp;", "&")) for one in found]
    here = (one.split("#")[0] for one in full if urlsplit(one).netloc == urlsplit(url).netloc)
    return list(dict.fromkeys(here))


@pytest.mark.parametrize("cuts", [False, True], ids=["handed on", "cut off"])
def test_every_address_of_every_page_leads_back_below_the_prefix(port, cuts):
    pair = make_reviewed_pair()
    admin = make_user("ada", is_staff=True, is_superuser=True)
    # The tests' own hasher is not the server's.
    admin.password = PBKDF2PasswordHasher().encode("pw", "salt", iterations=1000)
    admin.save()
    make_member(pair.campaign, MemberRole.OWNER, admin)
    proxy = start_proxy(port, cuts=cuts)
    base = f"http://127.0.0.1:{proxy.server_port}"
    visitor = Visitor(base)
    forms_only = []
    url, page = visitor.sign_in("ada", "pw")
    assert url == f"{base}{PREFIX}/"
    assert {cookie.path for cookie in visitor.jar} == {PREFIX}
    seen, waiting = {url}, deque([*addresses_of(url, page), f"{base}{PREFIX}/annotate/"])
    while waiting and len(seen) < 80:  # what is nearest to the home page first
        url = waiting.popleft()
        if url in seen:
            continue
        assert url.startswith(f"{base}{PREFIX}/"), url
        seen.add(url)
        if "logout" in url or f"{PREFIX}/admin/" in url:
            continue
        try:
            came_to, text = visitor.get(url)
        except HTTPError as error:
            forms_only.append((error.code, url))
            continue
        assert came_to.startswith(f"{base}{PREFIX}/"), came_to
        waiting.extend(addresses_of(came_to, text))
    assert [answer for answer in forms_only if answer[0] != 405] == []
    for needed in (
        "/static/css/app.css",
        "/static/js/csrf.js",
        f"/campaigns/{pair.campaign.slug}/",
    ):
        assert f"{base}{PREFIX}{needed}" in seen
    proxy.shutdown()


def test_the_next_page_of_the_api_is_below_the_prefix(port):
    pair = make_reviewed_pair()
    engineer = make_member(pair.campaign, MemberRole.OWNER)
    for number in range(101):
        make_query(pair.campaign, f"Query {number}?")
    token = make_token(user=engineer)
    proxy = start_proxy(port, cuts=True)
    url = f"http://127.0.0.1:{proxy.server_port}{PREFIX}/api/v1/campaigns/{pair.campaign.slug}/queries/"
    _, text = Visitor("").get(url, Authorization=f"Token {token}")
    following = re.search(r'"next":"([^"]+)"', text)[1]
    assert following.startswith(url)
    assert '"results"' in Visitor("").get(following, Authorization=f"Token {token}")[1]
    proxy.shutdown()


def sources():
    for folder in ("templates", "annotate/jinja2", "static/js", "static/css"):
        yield from sorted(
            path for path in (ROOT / folder).rglob("*.*") if "vendor" not in path.parts
        )


@pytest.mark.parametrize(
    "path", list(sources()), ids=lambda path: str(Path(path).relative_to(ROOT))
)
def test_no_address_is_written_from_the_root(path):
    found = [line for line in path.read_text().splitlines() if ROOTED.search(line)]
    assert found == []


@pytest.mark.parametrize(
    "line", ['<a href="/">', "url(/img/a.svg)", "fetch(`/annotate/${x}`)", "<form action='/a'>"]
)
def test_an_address_from_the_root_is_found(line):
    assert ROOTED.search(line)
