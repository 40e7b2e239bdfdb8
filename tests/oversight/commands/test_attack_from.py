"""An attacker in a process of its own hands queries in, and the next round asks them."""

import json
import sys

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from oversight.attacks.selectors.weakness import map_page
from oversight.campaigns.services.brought_queries import take_in_queries
from oversight.campaigns.services.queries import NewQuery
from oversight.errors import AtRest
from oversight.loop.services.round_slots import fill_slots
from oversight.models import AuditEntry, Campaign, Query, Role
from tests.factories import (
    make_query,
    make_response,
    make_round,
    make_user,
    make_version,
    set_settings,
)
from tests.oversight.page_fixtures import admin, campaign

__all__ = ["admin", "campaign"]  # fixtures

pytestmark = pytest.mark.django_db

ADAPTER = """
import json, sys
for line in sys.stdin:
    start = json.loads(line)
    for n in range(start["wanted"]):
        text = f"{start['seed']} Say it {n + 1} times, from {start['start']}."
        print(json.dumps({"text": text, "start": start["start"], "strategy": "again"}))
"""


def attack(slug, code=ADAPTER, *options):
    call_command("attack_from", "--campaign", slug, *options, "--", sys.executable, "-c", code)


def line(**row):
    return f"print({json.dumps(json.dumps(row))})"


@pytest.fixture
def attacked(campaign):
    set_settings(campaign, taxonomy=["facts", "shares"], queries_per_round=4, pool_share=0.5)
    for kind in ("facts", "shares"):
        make_query(campaign, f"What of {kind}?", node=kind, cluster=kind)
    make_query(campaign, "What is kept back?", node="facts", split="held_out", cluster="back")
    return campaign


def test_what_it_writes_are_queries_of_the_kind_it_was_asked_for(attacked, capsys):
    attack(attacked.slug, ADAPTER, "--queries", "5", "--of-each", "2", "--name", "again 1.0")
    found = Query.objects.filter(brought_by="again 1.0").order_by("pk")
    assert len(found) == 5
    assert {query.node for query in found} <= {"facts", "shares"}
    assert all(query.text.startswith(f"What of {query.node}?") for query in found)
    assert {(query.origin, query.split) for query in found} == {("imported", "train")}
    assert found[0].sampling == {"strategy": "again"}
    assert "5 new queries" in capsys.readouterr().out


def test_it_is_never_told_a_held_out_query(attacked):
    code = "import json, sys; print(json.dumps({'text': sys.stdin.read()}))"
    attack(attacked.slug, code, "--queries", "50")
    text = Query.objects.exclude(brought_by="").get().text
    assert "What of" in text
    assert "kept back" not in text


def test_what_is_near_a_held_out_query_is_left_out_and_so_are_repeats(attacked, capsys):
    code = "; ".join(
        line(text=text) for text in ("what is KEPT back?", "What of facts?", "New one?", "New one?")
    )
    attack(attacked.slug, code)
    assert [query.text for query in Query.objects.exclude(brought_by="")] == ["New one?"]
    out = capsys.readouterr().out
    assert "1 new queries; 2 left out that are there already; 1 left out that are too near" in out
    assert not Query.objects.filter(split="held_out").exclude(text="What is kept back?").exists()


def test_who_had_it_done_is_written_down(attacked):
    person = make_user("ann")
    attack(attacked.slug, line(text="New one?", attacker="tool 2"), "--by", "ann")
    entry = AuditEntry.objects.get(act="queries.brought")
    assert entry.by == person
    assert entry.details == {"count": 1, "program": "tool 2"}
    with pytest.raises(CommandError, match="there is no user 'nobody'"):
        attack(attacked.slug, ADAPTER, "--by", "nobody")


def test_wrong_lines_are_told_by_number_and_fatal_only_where_all_are(attacked, capsys):
    attack(attacked.slug, f"print('Loading'); {line(text='New one?')}")
    assert "line 1 is no JSON" in capsys.readouterr().err
    assert Query.objects.exclude(brought_by="").count() == 1
    with pytest.raises(CommandError, match=r"handed back no query \(1 lines were wrong\)"):
        attack(attacked.slug, "print('Loading')")


def test_one_that_fails_says_so_and_what_it_handed_back_stands(attacked):
    with pytest.raises(CommandError, match=r"ended with exit status 3\. What it had handed back"):
        attack(attacked.slug, f"{line(text='New one?')}; raise SystemExit(3)")
    assert Query.objects.exclude(brought_by="").count() == 1


def test_what_cannot_be_is_said(attacked):
    with pytest.raises(CommandError, match="there is no campaign 'nowhere'"):
        attack("nowhere")
    with pytest.raises(CommandError, match="name the program after --"):
        call_command("attack_from", "--campaign", attacked.slug)
    with pytest.raises(CommandError, match="no-such-program cannot be run"):
        call_command("attack_from", "--campaign", attacked.slug, "--", "no-such-program")
    with pytest.raises(CommandError, match="a number from 1 to"):
        attack(attacked.slug, ADAPTER, "--queries", "0")


def test_the_next_round_asks_them_before_other_imports(attacked, capsys):
    for n in range(20):
        make_query(attacked, f"Imported {n}?")
    attack(attacked.slug, ADAPTER, "--queries", "3", "--of-each", "1")
    assert "The next round asks them first." in capsys.readouterr().out
    round_ = make_round(make_version(attacked, Role.LEARNER))
    assert len(fill_slots(round_)) == 4
    asked = Query.objects.filter(round=round_)
    assert asked.exclude(brought_by="").count() == 3


def test_with_no_share_for_imports_it_says_that_nobody_asks_them(attacked, capsys):
    make_version(attacked, Role.ATTACKER)
    set_settings(attacked, pool_share=0)
    attack(attacked.slug)
    assert "No round asks them" in capsys.readouterr().out


def test_the_map_of_weaknesses_counts_them_as_that_programs(admin, attacked):
    attack(attacked.slug, ADAPTER, "--queries", "2", "--name", "again 1.0")
    round_ = make_round(make_version(attacked, Role.LEARNER))
    Query.objects.exclude(brought_by="").update(round=round_)
    old = Query.objects.get(text="What of facts?")
    Query.objects.filter(pk=old.pk).update(round=round_)
    for query in Query.objects.filter(round=round_):
        make_response(query, version=round_.learner)
    text = admin.get(f"{reverse('weaknesses', args=[attacked.slug])}?figures=true").content.decode()
    assert "By who wrote the questions" in text
    address = f"{reverse('campaign-queries', args=[attacked.slug])}?brought_by=again%201.0"
    assert address in text
    listed = admin.get(address).content.decode()
    assert "2 queries" in listed
    assert "again 1.0" in listed


def test_the_pages_name_the_command(admin, attacked):
    for name in ("weaknesses", "queries-add"):
        text = admin.get(reverse(name, args=[attacked.slug])).content.decode()
        assert f"manage.py attack_from --campaign {attacked.slug}" in text


def test_a_finished_campaign_takes_none_in_and_the_program_is_not_run(attacked, tmp_path):
    Campaign.objects.filter(pk=attacked.pk).update(finished_at=timezone.now())
    ran = tmp_path / "ran"
    with pytest.raises(CommandError, match="finished"):
        attack(attacked.slug, f"open({str(ran)!r}, 'w')")
    assert not ran.exists()
    attacked.refresh_from_db()
    with pytest.raises(AtRest):
        take_in_queries(campaign=attacked, queries=[NewQuery("New one?", brought_by="tool 2")])


def test_a_program_that_takes_the_attackers_name_is_a_writer_of_its_own(attacked):
    attacker = make_version(attacked, Role.ATTACKER)
    round_ = make_round(make_version(attacked, Role.LEARNER))
    for text, by in (
        ("Own?", {"attacker_version": attacker}),
        ("Its?", {"brought_by": str(attacker)}),
    ):
        query = make_query(attacked, text, round=round_, **by)
        make_response(query, version=round_.learner)
    found = [(name, is_program, row.tries) for name, is_program, row in map_page(attacked).writers]
    assert found == [(str(attacker), True, 1), (str(attacker), False, 1)]


@pytest.mark.parametrize("seconds", ["nan", "inf", "0", "-1", "soon"])
def test_a_time_that_never_ends_is_refused(attacked, seconds):
    with pytest.raises(CommandError, match="a finite number above 0"):
        attack(attacked.slug, ADAPTER, f"--seconds={seconds}")


@pytest.mark.parametrize("name", ["caf\udce9", "red\x1b[31m", "turned\u202eround"])
def test_a_name_that_cannot_be_kept_is_refused_before_the_program_runs(attacked, tmp_path, name):
    ran = tmp_path / "ran"
    with pytest.raises(CommandError, match=r"holds what does not print: name the program with"):
        attack(attacked.slug, f"open({str(ran)!r}, 'w')", "--name", name)
    assert not ran.exists()
