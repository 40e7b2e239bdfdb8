"""Whatever is sent, wherever: it is answered, and never as an error of ours.

Every named page and endpoint is walked; what it reads of a query or of a form is found by watching it.
"""

import json
from contextlib import contextmanager
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import DataError, transaction
from django.http import QueryDict
from django.test import Client, RequestFactory
from django.urls import get_resolver, reverse

from annotate.models import Flag, QualificationAnswer, RedTeamChat, RedTeamTurn
from oversight.models import Critique, ItemKind, Principle, Role, TrainingRun
from oversight.people.services.tokens import make_token
from oversight.web.middleware import SendersErrors
from tests.annotate.records import make_answer, make_reviewed_pair
from tests.factories import make_item, make_query, make_response, make_round, make_version
from tests.oversight.api.world import make_judgement

pytestmark = [pytest.mark.django_db, pytest.mark.fault("server-errors")]
HUGE = "9" * 5000
# As they stand in an address: some are no text at all.
HOSTILE = {
    "nul": "%00",
    "nul-inside": "1%00",
    "digits": HUGE,
    "past-bigint": str(2**63),
    "past-int": str(2**31),
    "negative": "-1",
    "not-utf8": "%ff%fe",
    "surrogate": "%ed%a0%80",
    "infinite": "inf",
    "not-a-number": "nan",
    "exponent": "1e999",
    "other-digits": quote("٣"),
    "superscript": quote("²"),
    "header": "x%0d%0aSet-Cookie:a=b",
    "elsewhere": quote("//evil.example/"),
    "up": "..%2f..%2fetc",
    "long": "x" * 3000,
    "list": quote('[{"a": 1}]'),
    "cursor": "cD1hYmM=",  # p=abc
    "cursor-huge": "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5",
    "cursor-nul": "cD0lMDA=",
}
IN_PLACES = {name: HOSTILE[name] for name in ("nul", "digits", "past-bigint", "not-utf8", "long")}
# Endpoints read these all at once: it is not seen by which name.
READ_AS_A_WHOLE = {
    *("after_id", "believed", "source", "fields", "page_size", "query_id", "round", "is_standing"),
    *("split", "sha256", "name", "username", "number", "state"),
}
# (A NUL in a header never gets here: gunicorn answers 400.)
CHARSETS = ["bogus", "hex", "zip", "idna", "punycode", "utf-16", "utf-7", "rot13", "x" * 5000]
HEADERS = [
    {"Authorization": "Token \x00"},
    {"Authorization": f"Token {HUGE}"},
    {"Authorization": "Token é"},
    {"Authorization": "Basic x"},
    {"Accept": "\x00"},
    {"Accept": "text/csv;q=x"},
    {"Accept-Language": "x" * 5000},
    {"Host": "evil.example"},
    {"Host": "\x00"},
    {"Range": "bytes=9-1"},
    {"If-Modified-Since": HUGE},
    {"X-Forwarded-For": "\x00, é"},
    {"X-Forwarded-Host": "evil.example"},
    {"HX-Request": "true", "HX-Current-URL": "\x00", "HX-Trigger": "é"},
    {"Referer": "\x00"},
]
NO_HASH = "0" * 64
BODIES = [
    "", "{", "[" * 100_000, "null", HUGE, f'{{"text": {HUGE}}}', '{"text": "\\u0000"}',
    '{"text": "\\ud800"}', '{"text": "a", "node": "\\u0000"}', '{"text": "a", "node": 5}',
    '{"text": "a", "reference": "\\ud800"}', '{"text": NaN}', '[{"text": Infinity}]', '{"\\u0000": 1}',
    '"\xff"', "\0",
]  # fmt: skip


def marker(n, value):
    """Something that fits where the value stands, and is found again in the address."""
    if isinstance(value, int):
        return 777000 + n
    return f"{n}" * len(value) if value == NO_HASH else f"xx{n}xx"


class Site:
    """A campaign with something of each kind, and the addresses of all pages about it."""

    def __init__(self):
        pair = make_reviewed_pair()
        campaign, self.user = pair.campaign, pair.user
        campaign.judging.is_red_teaming_open = True
        campaign.judging.save()
        self.user.is_superuser = self.user.is_staff = True
        self.user.save()
        campaign.members.create(user=self.user, role="admin")
        self.assignment = pair.lease()
        learner = campaign.versions.get(role=Role.LEARNER)
        round_ = make_round(learner)
        query = make_query(campaign)
        chat = RedTeamChat.objects.create(campaign=campaign, user=self.user, learner=learner)
        turn = RedTeamTurn.objects.create(chat=chat, number=1, text="?", query=query)
        gold = make_item(campaign, kind=ItemKind.GOLD, expected="a")
        practised = QualificationAnswer.objects.create(
            user=self.user, campaign=campaign, item=gold, choice="a", is_right=True, order_shown="ab",
        )  # fmt: skip
        run = TrainingRun.objects.create(campaign=campaign, round=round_, parent=learner)
        flag = Flag.objects.create(assignment=self.assignment, kind="other", reason="?")
        make_response(query)
        make_version(campaign, Role.ATTACKER)
        self.known = {
            "slug": campaign.slug,
            "number": round_.number,
            "assignment_id": self.assignment.pk, "answer_id": practised.pk,
            "chat_id": chat.pk, "turn_id": turn.pk, "flag_id": flag.pk,
            "run_id": run.pk,
            "version_id": learner.pk,
            "member_id": campaign.members.first().pk,
            "principle_id": Principle.objects.get(campaign=campaign).pk,
            "role": "learner", "key": "rounds",
            **dict.fromkeys(("token_id", "evaluation_id", "webhook_id", "import_id"), 1),
            **dict.fromkeys(("sha256", "other"), NO_HASH),
            **{"file": "preferences.jsonl", "ending": "csv", "name": "queries"},
            "query_id": query.pk, "response_id": gold.response_a_id, "item_id": gold.pk,
            "critique_id": Critique.objects.first().pk, "judgement_id": make_judgement(gold).pk,
            "place": "A",
        }  # fmt: skip

    def addresses(self):
        """Return (name, arguments) of every page and endpoint but the admin's."""
        return dict(self._walk(get_resolver(), ""))

    def _walk(self, resolver, namespace):
        for entry in resolver.url_patterns:
            if getattr(entry, "app_name", None) == "admin":
                continue
            if hasattr(entry, "url_patterns"):
                yield from self._walk(entry, f"{entry.namespace or namespace}")
            elif entry.name:
                name = f"{namespace}:{entry.name}" if namespace else entry.name
                yield name, {key: self.known[key] for key in entry.pattern.converters}

    def address(self, name, /, **changes):
        """Return the address, with these arguments put in as they are."""
        arguments = self.addresses()[name]
        marked = {key: marker(n, value) for n, (key, value) in enumerate(arguments.items())}
        path = reverse(name, kwargs=marked)
        for key, mark in marked.items():
            path = path.replace(str(mark), str(changes.get(key, arguments[key])))
        return path


@pytest.fixture
def site():
    return Site()


@pytest.fixture
def client(site):
    client = Client(raise_request_exception=False)
    client.force_login(site.user)
    return client


def noting(names, original):
    def read(self, key, *args, **more):
        names.add(key)
        return original(self, key, *args, **more)

    return read


@contextmanager
def watched(monkeypatch):
    """Yield a set of the names that are read of a query or a form meanwhile."""
    names = set()
    with monkeypatch.context() as patch:
        for method in ("__getitem__", "__contains__", "get", "getlist"):
            patch.setattr(QueryDict, method, noting(names, getattr(QueryDict, method)))
        yield names


def sent(client, method, *args, **options):
    """Return the status; undo what was done."""
    point = transaction.savepoint()
    try:
        answer = getattr(client, method)(*args, **options)
        if answer.streaming:
            b"".join(answer.streaming_content)
        return answer.status_code
    finally:
        transaction.savepoint_rollback(point)


def test_in_the_path(client, site):
    wrong = []
    for name, arguments in site.addresses().items():
        for key in arguments:
            for kind, value in HOSTILE.items():
                address = site.address(name, **{key: value})
                status = sent(client, "get", address)
                if status >= 500:
                    wrong.append((name, key, kind, status))
    assert wrong == []


@pytest.mark.slow
def test_in_the_query(client, site, monkeypatch):
    wrong = []
    for name in site.addresses():
        address = site.address(name)
        with watched(monkeypatch) as read:
            assert sent(client, "get", address) < 500, name
        for key in read | (READ_AS_A_WHOLE if name.startswith("api-") else set()):
            for kind, value in HOSTILE.items():
                status = sent(client, "get", f"{address}?{key}={value}")
                if status >= 500:
                    wrong.append((name, key, kind, status))
    assert wrong == []


def base_of(site, name):
    """What the form of a page sends, for those whose fields are not looked at one by one."""
    if name in ("annotate:submit", "annotate:correct"):
        return make_answer(
            site.assignment, rationale="?", critique="1", draft_version="1", corrects="1"
        )
    return {}


@pytest.mark.slow
def test_in_a_form(client, site, monkeypatch):
    wrong = []
    for name in site.addresses():
        address, base = site.address(name), base_of(site, name)
        with watched(monkeypatch) as read:
            assert sent(client, "post", address, base) < 500, name
        for key in (read | base.keys() | {"draft_version", "corrects", "a\0"}) - {
            "usable_password"
        }:
            for kind, value in IN_PLACES.items():
                filled = "&".join(
                    f"{quote(k)}={quote(str(v))}" for k, v in base.items() if k != key
                )
                body = f"{filled}&{quote(key)}={value}"
                form = "application/x-www-form-urlencoded"
                status = sent(client, "post", address, body, content_type=form)
                if status >= 500:
                    wrong.append((name, key, kind, status))
    assert wrong == []


@pytest.mark.slow
def test_in_cookies_and_headers(client, site):
    wrong = []
    for name in site.addresses():
        address = site.address(name)
        for cookie in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages"):
            for value in ("\0", '"\\000"', HUGE, "é", "a" * 32, "[1]"):
                other = Client(raise_request_exception=False)
                status = sent(other, "get", address, HTTP_COOKIE=f"{cookie}={value}")
                if status >= 500:
                    wrong.append((name, cookie, value[:20], status))
    for name in site.addresses():
        for headers in HEADERS:
            status = sent(client, "get", site.address(name), headers=headers)
            if status >= 500:
                wrong.append((name, headers, status))
    assert wrong == []


@pytest.mark.slow
def test_in_the_content_type(client, site):
    wrong = []
    kinds = [
        *(f"application/x-www-form-urlencoded; charset={charset}" for charset in CHARSETS),
        *(f"application/json; charset={charset}" for charset in CHARSETS),
        "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\0",
        "multipart/form-data; boundary=é", "\0", "x" * 5000, "text/plain; a*=utf-8''%ff",
        "application/xml",
    ]  # fmt: skip
    for name in site.addresses():
        for kind in kinds:
            for method in ("get", "post"):
                body = b"--\r\na=\xff&text=%ff" if method == "post" else b""
                status = sent(
                    client, "generic", method.upper(), site.address(name), body, content_type=kind
                )
                if status >= 500:
                    wrong.append((name, method, kind[:60], status))
    assert wrong == []


@pytest.mark.slow
def test_in_json(client, site):
    wrong = []
    for name in site.addresses():
        for body in BODIES:
            status = sent(client, "post", site.address(name), body, content_type="application/json")
            if status >= 500:
                wrong.append((name, body[:40], status))
    assert wrong == []


@pytest.mark.slow
def test_odd_methods_and_too_much(client, site):
    wrong = []
    for name in site.addresses():
        for method in ("FOO", "TRACE", "OPTIONS", "PUT", "PATCH", "DELETE", "HEAD", "get", "\0"):
            status = sent(client, "generic", method, site.address(name))
            if status >= 500:
                wrong.append((name, method, status))
        many = "&".join(f"a{n}=1" for n in range(20_001))
        form = "application/x-www-form-urlencoded"
        if sent(client, "post", site.address(name), many, content_type=form) >= 500:
            wrong.append((name, "fields"))
    assert wrong == []


@pytest.mark.slow
def test_in_the_admin(client, site):
    wrong = []
    lists = ["user", "query", "response", "reviewitem", "round"]
    for model in lists:
        address = reverse(f"admin:oversight_{model}_changelist")
        for kind, value in HOSTILE.items():
            keys = ("p", "o", "q", "e", "all", "id__exact", "campaign__id", "_facets")
            tries = [f"{address}{value}/change/", *(f"{address}?{key}={value}" for key in keys)]
            wrong += [
                (model, kind, tried[:60]) for tried in tries if sent(client, "get", tried) >= 500
            ]
    assert wrong == []


def test_programs_get_json_and_people_a_page(client, site):
    program = {"Authorization": f"Token {make_token(user=site.user)}"}
    answer = client.get("/api/v1/campaigns/?cursor=%00", headers=program)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    answer = client.get("/api/v1/nowhere/", headers=program)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    answer = client.get("/api/v1/campaigns/", CONTENT_TYPE="a/b; charset=hex", headers=program)
    assert (answer.status_code, list(json.loads(answer.content))) == (
        415,
        ["type", "title", "status", "detail", "code"],
    )
    answer = client.get("/?a=%00")
    assert answer.status_code == 400
    assert "This cannot be read" in answer.content.decode()


def test_a_cookie_that_another_site_set_keeps_nobody_out(site):
    client = Client()
    client.force_login(site.user)
    name = settings.SESSION_COOKIE_NAME
    session = client.cookies[name].value
    answer = client.get(reverse("home"), HTTP_COOKIE=f'other="\\000"; {name}={session}')
    assert answer.status_code == 200


def test_a_value_that_no_column_holds_is_the_senders_error():
    handle = SendersErrors(lambda request: None).process_exception
    request = RequestFactory().get("/")
    assert handle(request, DataError("integer out of range")).status_code == 400
    assert handle(request, ValueError("a fault of ours")) is None


def test_practice_pages_of_a_campaign_without_practice(client, site):
    slug = site.known["slug"]
    page = client.get(reverse("annotate:practice", args=[slug]))
    assert (page.status_code, page.url) == (302, reverse("annotate:next", args=[slug]))
    assert client.get(site.address("annotate:practice-feedback")).status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("role", ["annotator", "engineer"])
def test_others_than_admins_find_no_error_either(site, role):
    site.user.is_superuser = site.user.is_staff = False
    site.user.save()
    site.user.memberships.all().delete()
    site.user.memberships.create(campaign=site.assignment.campaign, role=role)
    client = Client(raise_request_exception=False)
    client.force_login(site.user)
    wrong = []
    for name, arguments in site.addresses().items():
        for value in (*IN_PLACES.values(), HOSTILE["cursor"], "-1"):
            tries = [(site.address(name), f"?page={value}&cursor={value}&of={value}&next={value}")]
            tries += [(site.address(name, **{key: value}), "") for key in arguments]
            wrong += [
                (name, method, address[:80])
                for address, query in tries
                for method in ("get", "post")
                if sent(client, method, address + query) >= 500
            ]
    assert wrong == []
