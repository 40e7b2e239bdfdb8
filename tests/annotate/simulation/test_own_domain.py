"""A domain that another distribution brings goes through a campaign, from its queries to preferences."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from models_srv.domains.registry import domains
from oversight.asking.services.checkers import score, shown_score
from oversight.campaigns.services.drawn_queries import add_drawn_queries
from oversight.campaigns.services.settings import change_settings
from oversight.errors import CheckerMissing
from oversight.loop.services.rounds import start_round
from oversight.models import ItemKind, Judgement, Preference, Query, Response, Source, Stage
from tests.factories import make_campaign, make_version
from tests.models_srv.own_domains import installed
from tests.oversight.small_rounds import _artifacts, drive  # noqa: F401


@pytest.fixture
def made(tmp_path):
    """A campaign whose settings name the domain, with its queries and a learner of the same package."""

    def make():
        campaign = make_campaign(
            queries_per_round=4, samples_per_query=2, pool_share=1, audit_share=1, tampered_items=2
        )
        change_settings(campaign=campaign, checker="shouting")
        add_drawn_queries(campaign=campaign, domain=domains()["shouting"], train=4, held_out=2)
        make_version(campaign, backend="speaker", location="here")
        return campaign

    (tmp_path / "site").mkdir()
    with installed(tmp_path / "site"):
        yield make


@pytest.mark.django_db(transaction=True)
def test_a_round_of_it_is_judged_by_simulated_annotators(made, drive, live_server):  # noqa: F811
    campaign = made()
    round_ = drive(start_round(campaign=campaign), Stage.REVIEW)
    assert set(Query.objects.held_out().values_list("cluster", flat=True)) == {"garden", "button"}
    tampered = Response.objects.filter(purpose="tampered")
    assert [row.text == row.revises.text.lower() for row in tampered] == [True] * 2
    known = round_.items.filter(kind=ItemKind.TAMPERED)
    assert {item.problem.endswith("was written small.") for item in known} == {True}
    out, where = StringIO(), ["--annotators", "1", "--base-url", live_server.url]
    call_command(
        "simulate_annotators", "--campaign", campaign.slug, "--accuracy", "1", *where, stdout=out
    )
    assert json.loads(out.getvalue().splitlines()[-1])["annotations"] == 6
    assert set(Judgement.objects.values_list("source", flat=True)) == {Source.SIMULATED}
    for row in Preference.objects.select_related("chosen", "rejected", "query"):
        texts = (row.chosen.text, row.rejected.text)
        assert [score(campaign, row.query.text, text) for text in texts] == [1, 0]
    assert Preference.objects.count() == 4


@pytest.mark.django_db
def test_without_it_nobody_is_taken_for_knowing_the_truth():
    campaign = make_campaign(checker="shouting")
    make_version(campaign, backend="transformers", location="here")
    with pytest.raises(CheckerMissing, match="is not installed here, so nobody knows"):
        score(campaign, "Shout this word: x", "X")
    assert shown_score(campaign, "Shout this word: x", "X") is None
    with pytest.raises(CheckerMissing):
        start_round(campaign=campaign)
    assert not campaign.rounds.exists()
    with pytest.raises(CommandError, match="is not installed here"):
        call_command("simulate_annotators", "--campaign", campaign.slug)
