"""A critic that does not learn is measured by a command, on what a trial would have it read."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from models_srv.types import Generation
from oversight.loop.services import measuring_critic
from oversight.loop.stages import asking
from oversight.models import Campaign, Critique, Judgement, Purpose, Response, Round, Stage
from tests.factories import make_query, make_response, make_version, set_settings
from tests.oversight.judging import make_round
from tests.oversight.page_fixtures import admin, campaign

__all__ = ["admin", "campaign"]  # fixtures

pytestmark = pytest.mark.django_db

QUERY = "Tom keeps 31 beads in a drawer. Tom wins 4 bags of 7. How many beads now?"
RIGHT, WRONG = "4 * 7 = 28\n31 + 28 = 59\n#### 59", "4 * 7 = 28\n31 + 28 = 58\n#### 58"
SOUND = "verdict: sound\nsummary: No problem found."


class Critic:
    def generate(self, conversations, sampling):
        return [Generation(SOUND, "hash") for _ in conversations]


def measure(slug):
    call_command("measure_critic", "--campaign", slug)


@pytest.fixture
def known(campaign, monkeypatch):
    """A campaign with a critic, two held-out answers that the checker knows, and an imported pair."""
    monkeypatch.setattr(asking, "backend_of", lambda version: Critic())
    set_settings(campaign, checker="arithmetic")
    critic = make_version(campaign, "critic")
    round_ = make_round(campaign, critic)
    campaign.rounds.update(stage=Stage.DONE, finished_at=campaign.created_at)
    query = make_query(campaign, QUERY, split="held_out")
    for text in (RIGHT, WRONG):
        make_response(query, text, version=round_.learner, purpose=Purpose.EVALUATION)
    pair = make_query(campaign, "Which?")
    answers = [make_response(pair, text) for text in ("Right.", "Wrong.")]
    Judgement.objects.create(
        query=pair,
        response_a=answers[0],
        response_b=answers[1],
        source="checker",
        annotator_label="RewardBench",
        choice="a",
    )
    return campaign


def test_it_reads_held_out_answers_tampered_ones_and_imported_pairs(admin, known, capsys):
    address = reverse("critic-versions", args=[known.slug])
    text = admin.get(address, {"figures": "1"}).content.decode()
    assert f"manage.py measure_critic --campaign {known.slug}" in text
    measure(known.slug)
    read = Critique.objects.filter(version__role="critic")
    assert read.count() == 5
    assert Response.objects.filter(purpose=Purpose.TAMPERED, critiques__isnull=False).count() == 1
    assert "5 answers read" in capsys.readouterr().out
    [measured] = admin.get(address, {"figures": "1"}).context["measured"]
    assert measured.natural.answers == 2
    assert measured.tampered.answers == 2
    assert (
        "Is it independent of those whom it judges?"
        in admin.get(address, {"figures": "1"}).content.decode()
    )


def test_what_was_read_is_not_read_again(known, capsys):
    measure(known.slug)
    measure(known.slug)
    assert "0 answers read" in capsys.readouterr().out
    assert Critique.objects.count() == 5


def test_what_was_read_before_an_end_stays(known, monkeypatch):
    monkeypatch.setattr(measuring_critic, "AT_ONCE", 2)

    class Dying(Critic):
        asked = 0

        def generate(self, conversations, sampling):
            self.asked += 1
            if self.asked == 2:
                raise KeyboardInterrupt
            return super().generate(conversations, sampling)

    dying = Dying()
    monkeypatch.setattr(asking, "backend_of", lambda version: dying)
    with pytest.raises(KeyboardInterrupt):
        measure(known.slug)
    assert Critique.objects.count() == 2


def test_what_cannot_be_is_said(known):
    with pytest.raises(CommandError, match="there is no campaign 'nowhere'"):
        measure("nowhere")
    Round.objects.update(stage=Stage.REVIEW, finished_at=None)
    with pytest.raises(CommandError, match="is under way"):
        measure(known.slug)


def test_without_a_critic_or_without_answers_it_says_so(campaign):
    with pytest.raises(CommandError, match="has no critic"):
        measure(campaign.slug)
    make_version(campaign, "critic")
    with pytest.raises(CommandError, match="no answer whose truth is known"):
        measure(campaign.slug)


def test_a_finished_campaign_is_left_as_it_is(known):
    Campaign.objects.filter(pk=known.pk).update(finished_at=timezone.now())
    with pytest.raises(CommandError, match="finished"):
        measure(known.slug)
    assert not Response.objects.filter(purpose=Purpose.TAMPERED).exists()
    assert not Critique.objects.exists()


def test_two_at_once_write_all_once(known, monkeypatch):
    class Slow(Critic):
        def generate(self, conversations, sampling):
            monkeypatch.setattr(asking, "backend_of", lambda version: Critic())
            measure(known.slug)  # another one, meanwhile
            return super().generate(conversations, sampling)

    slow = Slow()
    monkeypatch.setattr(asking, "backend_of", lambda version: slow)
    with CaptureQueriesContext(connection) as asked:
        measure(known.slug)
    assert Critique.objects.count() == 5
    said = [each["sql"] for each in asked.captured_queries]
    locked = next(n for n, sql in enumerate(said) if "FOR NO KEY UPDATE" in sql)
    assert locked < next(n for n, sql in enumerate(said) if sql.startswith("INSERT"))
