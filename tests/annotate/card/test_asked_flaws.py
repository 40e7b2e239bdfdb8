"""Where the worst flaw of each response is asked for, nobody submits without it."""

import pytest
from rest_framework.test import APIClient

from annotate.simulation.judging import Judge
from annotate.simulation.page import read_page
from oversight.models import Arm, ItemKind, Judgement, ResponseRating
from tests.annotate.records import RIGHT, make_answer, url

pytestmark = pytest.mark.django_db


class Truth:
    """Knows which of the pair's two responses is right."""

    def is_correct(self, query, response):
        return response == RIGHT


BOTH = {"score-A-flaw": "none", "score-B-flaw": "major"}


@pytest.fixture
def asked(pair, assignment):
    pair.item.kind, pair.item.asks_flaws = ItemKind.FLAWED, True
    pair.item.save()
    return assignment


def test_the_card_asks_like_any_comparison(client, asked):
    page = client.get(url("assignment", asked)).content.decode()
    assert 'name="score-A-flaw" value="none" required' in page
    assert "Which response is better?" in page
    assert "lawed answers" not in page
    assert client.get(url("diff", asked)).status_code == 200


def test_nothing_is_saved_without_it_and_what_was_entered_stays(client, asked):
    sent = make_answer(asked, "6", **{"score-A-flaw": "none"})
    refused = client.post(url("submit", asked), sent)
    assert refused.status_code == 422
    assert "worst true flaw of response B" in refused.content.decode()
    assert not Judgement.objects.exists()
    client.post(url("submit", asked), make_answer(asked, "6", **BOTH))
    given = dict(ResponseRating.objects.values_list("response_id", "worst_flaw"))
    assert given == {asked.item.response_a_id: "none", asked.item.response_b_id: "major"}


def test_elsewhere_it_is_not_asked_for(client, assignment):
    page = client.get(url("assignment", assignment)).content.decode()
    assert 'name="score-A-flaw" value="none" required' not in page
    client.post(url("submit", assignment), make_answer(assignment, "6"))
    assert Judgement.objects.exists()


def test_a_first_answer_without_the_critique_comes_without_it(client, asked):
    type(asked).objects.update(arm=Arm.BLIND_FIRST)
    sent = make_answer(asked, "6", phase="blind")
    assert client.post(url("submit", asked), sent).status_code == 302
    assert client.post(url("submit", asked), make_answer(asked, "6")).status_code == 422


def test_over_rest_the_card_says_so_and_it_is_refused_alike(pair, asked):
    rest = APIClient()
    rest.force_authenticate(pair.user)
    card = rest.post(f"/api/v1/campaigns/{pair.campaign.slug}/claim/").json()
    assert card["asks_flaws"] is True
    address = f"/api/v1/assignments/{card['id']}/answer/"
    said = {"submission": make_answer(asked)["submission"], "choice": "tie"}
    assert rest.post(address, said, format="json").status_code == 400
    said["scores"] = [{"response": each, "worst_flaw": "minor"} for each in "AB"]
    assert rest.post(address, said, format="json").status_code == 201


def test_over_rest_no_card_tells_which_error_was_put_in(pair, asked):
    pair.item.kind, pair.item.problem = ItemKind.TAMPERED, "28 was changed to 27."
    pair.item.save()
    rest = APIClient()
    rest.force_authenticate(pair.user)
    card = rest.post(f"/api/v1/campaigns/{pair.campaign.slug}/claim/")
    assert "was changed" not in card.content.decode()


def test_simulated_annotators_say_it_where_it_is_asked_for(client, asked):
    page = read_page(client.get(url("assignment", asked)).content.decode())
    form = page.form_to("/submit/")
    sure, wrong = (Judge(Truth(), accuracy=each, seed=1, index=0) for each in (1.0, 0.0))
    said = {"score-A-flaw": "major", "score-B-flaw": "none"}
    assert sure.flaws(page, form.required) == said
    mistaken = {"score-A-flaw": "none", "score-B-flaw": "major"}
    assert wrong.flaws(page, form.required) == mistaken
    assert sure.flaws(page, set()) == {}
