"""The audit log: written with the act, chained as it is committed, changed by nobody."""

import json
import threading
from io import StringIO
from time import sleep

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oversight.campaigns.services.settings import change_settings
from oversight.errors import WrongState
from oversight.models import Act, AuditEntry
from oversight.people.policies.acts import SENTENCES, told
from oversight.people.policies.audit import chained_sha256
from oversight.people.services.audit import record_act
from oversight.people.services.members import add_member, remove_member
from oversight.people.services.tokens import make_token
from oversight.versions.services.promotion import make_active, roll_back
from tests.factories import make_campaign, make_member, make_user, make_version

pytestmark = pytest.mark.django_db
CHANGES = [
    "UPDATE oversight_auditentry SET act = 'role.taken'",
    "UPDATE oversight_auditentry SET number = 7",
    "UPDATE oversight_auditentry SET sha256 = ''",
    "DELETE FROM oversight_auditentry",
]


@pytest.fixture
def campaign():
    return make_campaign(slug="maths")


@pytest.fixture
def owner(campaign):
    client = Client()
    client.force_login(make_member(campaign, "owner", make_user("olga")))
    return client


def chain():
    """Do what the end of the transaction does."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def verify(*options):
    out = StringIO()
    call_command("verify_audit_log", *options, stdout=out)
    return out.getvalue()


def tamper(sql):
    """Change the log as somebody does who may drop its triggers."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE oversight_auditentry DISABLE TRIGGER USER")
        cursor.execute(sql)
        cursor.execute("ALTER TABLE oversight_auditentry ENABLE TRIGGER USER")


@pytest.fixture
def three(campaign):
    for number in (1, 2, 3):
        record_act(Act.PRINCIPLE_ADDED, campaign=campaign, number=number)
    chain()
    return list(AuditEntry.objects.order_by("number"))


def test_every_act_has_its_sentence():
    assert set(SENTENCES) == set(Act.values)


def test_each_entry_holds_the_hash_of_the_one_before(three):
    assert [entry.number for entry in three] == [1, 2, 3]
    before = ""
    for entry in three:
        assert entry.previous_sha256 == before
        assert entry.sha256 == chained_sha256(before, entry.content_sha256)
        before = entry.sha256
    assert verify() == f"The audit log is whole: 3 entries. The last one: 3:{before}\n"


@pytest.mark.parametrize("sql", CHANGES)
def test_nobody_changes_an_entry(three, sql):
    refused = pytest.raises(IntegrityError, match="append-only")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_nobody_empties_the_log(three):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE oversight_auditentry ENABLE TRIGGER keep_all_entries")
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute("TRUNCATE oversight_auditentry")


def test_no_entry_comes_with_a_number_of_its_own(campaign):
    AuditEntry.objects.create(act="role.given", content_sha256="0" * 64, number=9, sha256="f" * 64)
    chain()
    assert AuditEntry.objects.get().number == 1


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (
            "UPDATE oversight_auditentry SET act = 'role.taken' WHERE number = 2",
            "what entry 2 says",
        ),
        ("UPDATE oversight_auditentry SET by_id = 1 WHERE number = 3", "what entry 3 says"),
        ("DELETE FROM oversight_auditentry WHERE number = 2", "entry 2 is missing"),
        ("UPDATE oversight_auditentry SET previous_sha256 = '' WHERE number = 2", "not follow"),
        ("UPDATE oversight_auditentry SET sha256 = '' WHERE number = 3", "the hash of entry 3"),
    ],
)
def test_what_was_changed_all_the_same_is_found(three, sql, said):
    tamper(sql)
    with pytest.raises(CommandError, match=said):
        verify()


def test_an_end_that_was_cut_off_is_found_by_who_kept_the_last_hash(three):
    kept = f"3:{three[2].sha256}"
    assert "whole" in verify("--expect", kept)
    tamper("DELETE FROM oversight_auditentry WHERE number = 3")
    assert "2 entries" in verify()
    with pytest.raises(CommandError, match="entry 3 is not the one expected"):
        verify("--expect", kept)


@pytest.mark.parametrize("expected", ["", "3", "x:y", "3:"])
def test_what_is_expected_has_to_be_an_entry(three, expected):
    with pytest.raises(CommandError, match="NUMBER:HASH"):
        verify("--expect", expected or ":")


def test_details_that_json_writes_in_several_ways_are_reckoned_the_same_again(campaign):
    odd = {"a": 1e300, "b": float("nan"), "c": "\0\ud800é", "d": [0.1, None, True], "e": 10**30}
    record_act(Act.SETTINGS_CHANGED, campaign=campaign, changes=odd)
    chain()
    assert "1 entries" in verify()


def test_what_is_not_done_leaves_no_entry(campaign):
    member = make_member(campaign, "owner").memberships.get()
    with pytest.raises(WrongState):
        remove_member(member=member)
    assert not AuditEntry.objects.exists()


def test_services_write_who_did_what(campaign):
    boss, ada = make_user("boss", is_superuser=True), make_user("ada")
    member = add_member(campaign=campaign, username="ada", role="reviewer", by=boss)
    remove_member(member=member, by=boss)
    former = make_version(campaign)
    make_active(version=make_version(campaign, active=False), reason="better", user=boss)
    roll_back(version=former, user=boss)
    change_settings(campaign=campaign, audit_share=0.5)
    entries = AuditEntry.objects.order_by("pk")
    names = {boss.pk: "boss", ada.pk: "ada"}
    assert [(each.by_id, told(each.act, each.details, names)) for each in entries] == [
        (boss.pk, "made ada reviewer of the campaign"),
        (boss.pk, "took the role of reviewer from ada"),
        (boss.pk, f"put {campaign.versions.last()} to work as learner: better"),
        (boss.pk, f"put {former} back to work as learner: put back to work by hand"),
        (None, "changed settings: Audit share (%) from 10 to 50"),
    ]


def test_a_setting_that_stays_as_it_is_is_no_act(campaign):
    change_settings(campaign=campaign, audit_share=campaign.routing.audit_share)
    assert not AuditEntry.objects.exists()


def test_a_page_and_a_token_are_written_down_as_where_from(campaign, owner):
    make_user("ada")
    fields = {"username": "ada", "role": "annotator"}
    owner.post(reverse("campaign-members", args=["maths"]), fields, REMOTE_ADDR="192.0.2.7")
    entry = AuditEntry.objects.get(act="role.given")
    assert (entry.by.username, entry.address, entry.token) == ("olga", "192.0.2.7", "")
    token = make_token(user=entry.by, name="nightly")
    answer = Client().post(
        reverse("api-members", args=["maths"]),
        json.dumps({"username": "ada", "role": "observer"}),
        content_type="application/json",
        headers={"Authorization": f"Token {token}"},
    )
    assert answer.status_code == 201
    entry = AuditEntry.objects.filter(act="role.given").first()
    assert (entry.by.username, entry.token) == ("olga", "nightly")


def test_a_download_is_an_act_and_looking_what_it_would_be_is_none(campaign, owner):
    for method in (owner.head, owner.get):
        before = AuditEntry.objects.count()
        method(reverse("api-dataset", args=["maths", "judgements.csv"]))
        assert AuditEntry.objects.count() - before == (1 if method == owner.get else 0)
    assert AuditEntry.objects.get().details == {"file": "judgements.csv"}


class TestPage:
    def shown(self, client, **query):
        answer = client.get(reverse("audit-log", args=["maths"]), query)
        assert answer.status_code == 200
        return [f"{each.who} {each.did}" for each in answer.context["entries"]]

    @pytest.fixture
    def acts(self, campaign, owner):
        olga, ada = campaign.members.get().user, make_user("ada")
        record_act(Act.ROLE_GIVEN, campaign=campaign, by=olga, person=ada.pk, role="reviewer")
        record_act(Act.ROUND_STARTED, campaign=campaign, by=ada, number=3)
        record_act(Act.ROUND_STARTED, campaign=make_campaign(), by=ada, number=4)
        record_act(Act.MODEL_PROMOTED, campaign=campaign, model="m@2", role="learner", reason="<b>")
        return ada

    def test_it_tells_in_sentences_the_newest_first(self, owner, acts):
        assert self.shown(owner) == [
            "The product itself put m@2 to work as learner: <b>",
            "ada started round 3",
            "olga made ada reviewer of the campaign",
        ]
        page = owner.get(reverse("audit-log", args=["maths"])).content.decode()
        assert "model.promoted</" not in page
        assert "&lt;b&gt;" in page

    def test_it_is_filtered(self, owner, acts):
        assert self.shown(owner, act="round.started") == ["ada started round 3"]
        assert self.shown(owner, person="ADA") == ["ada started round 3"]
        assert self.shown(owner, person="nobody") == []
        assert self.shown(owner, until="2001-01-01") == []
        assert len(self.shown(owner, since="2001-01-01", until="9999-12-31")) == 3
        assert len(self.shown(owner, since="yesterday")) == 3

    def test_who_is_gone_has_no_name_there(self, owner, acts):
        acts.delete()
        assert "somebody who is gone started round 3" in self.shown(owner)
        chain()
        assert "whole" in verify()

    def test_names_cost_one_query_however_many_there_are(
        self, owner, acts, campaign, django_assert_num_queries
    ):
        for _ in range(5):
            record_act(Act.ROUND_STARTED, campaign=campaign, by=make_user(), number=1)
        with CaptureQueriesContext(connection) as few:
            self.shown(owner)
        for _ in range(20):
            record_act(Act.ROUND_STARTED, campaign=campaign, by=make_user(), number=1)
        with django_assert_num_queries(len(few)):
            self.shown(owner)

    @pytest.mark.parametrize("ending", ["csv", "jsonl"])
    def test_it_comes_as_a_file(self, owner, acts, ending):
        answer = owner.get(reverse("audit-file", args=["maths", ending]))
        text = b"".join(answer.streaming_content).decode()
        assert "round.started" in text
        # That it was taken is in it too.
        assert len(text.strip().splitlines()) == 4 + (ending == "csv")
        assert owner.get(reverse("audit-file", args=["maths", "exe"])).status_code == 404

    def test_it_is_read_over_rest(self, owner, acts):
        address = reverse("api-audit-log", args=["maths"])
        rows = owner.get(address).json()["results"]
        assert [row["act"] for row in rows] == ["role.given", "round.started", "model.promoted"]
        rows = owner.get(address, {"person": "ada"}).json()["results"]
        assert [row["details"] for row in rows] == [{"number": 3}]
        assert owner.get(address, {"act": "x"}).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_acts_at_the_same_moment_make_one_chain_and_wait_only_at_the_end(campaign):
    """Whoever has an entry and has not committed yet holds up nobody."""
    has_written, may_end = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            record_act(Act.ROUND_STARTED, campaign=campaign, number=1)
            has_written.set()
            may_end.wait(30)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert has_written.wait(30)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '20s'")
    record_act(Act.ROUND_STARTED, campaign=campaign, number=2)
    first = AuditEntry.objects.get()
    assert (first.number, first.details) == (1, {"number": 2})
    may_end.set()
    thread.join(30)
    assert [each.details["number"] for each in AuditEntry.objects.order_by("number")] == [2, 1]
    assert "2 entries" in verify()


def await_somebody_waiting():
    with connection.cursor() as cursor:
        for _ in range(3000):
            cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
            if cursor.fetchone()[0]:
                return
            sleep(0.01)


@pytest.mark.django_db(transaction=True)
def test_who_holds_the_chain_waits_for_no_row_any_more(campaign):
    """A foreign key is looked at as the transaction ends, and waits for whoever has the row."""
    user, has_row, errors = make_user(), threading.Event(), []

    def other():
        try:
            with transaction.atomic():
                type(campaign).objects.select_for_update().get(pk=campaign.pk)
                has_row.set()
                await_somebody_waiting()
                record_act(Act.ROUND_STARTED, campaign=campaign, number=1)
        except OperationalError as error:  # a deadlock
            errors.append(error)
        connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    assert has_row.wait(30)
    with transaction.atomic():
        record_act(Act.ROUND_STARTED, campaign=campaign, number=2)
        # Its foreign key is behind the entry, and has to wait for the other's row.
        campaign.members.create(user=user, role="annotator")
    thread.join(30)
    assert errors == []
    assert AuditEntry.objects.filter(number__gt=0).count() == 2
