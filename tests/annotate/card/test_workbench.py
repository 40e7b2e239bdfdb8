"""The card: what it shows, what it hides, and where it leads."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from annotate.models import Annotation, Assignment, AssignmentState
from annotate.queue.services.leases import release_expired_leases
from oversight.models import CriticVerdict, ItemState, Judgement
from tests.annotate.records import (
    RIGHT,
    make_answer,
    make_comment,
    make_critique,
    make_reviewed_pair,
    url,
)
from tests.factories import make_item, make_query

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def card(client, assignment):
    return client.get(url("assignment", assignment)).content.decode()


def submit(client, assignment, preference="1", htmx=False, **fields):
    data = make_answer(assignment, preference, **fields)
    return client.post(url("submit", assignment), data, headers=HTMX if htmx else {})


def set_order(assignment, order):
    Assignment.objects.filter(pk=assignment.pk).update(order_shown=order)


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_the_card_stands_in_the_stored_order(client, pair, order):
    assignment = pair.lease()
    set_order(assignment, order)
    page = card(client, assignment)
    first, second = page.index("31 + 28 = 59\n</span><mark"), page.index(RIGHT)
    assert (first < second) == (order == "ab")


# Shown letter of the scale, order, and what that is in the record's order.
@pytest.mark.parametrize(
    ("order", "preference", "choice", "strength"),
    [
        ("ab", "1", "a", 3),
        ("ab", "2", "a", 2),
        ("ab", "3", "a", 1),
        ("ab", "4", "tie", None),
        ("ab", "5", "b", 1),
        ("ab", "7", "b", 3),
        ("ab", "both_bad", "both_bad", None),
        ("ba", "1", "b", 3),
        ("ba", "3", "b", 1),
        ("ba", "4", "tie", None),
        ("ba", "6", "a", 2),
        ("ba", "7", "a", 3),
        ("ba", "both_bad", "both_bad", None),
    ],
)
def test_the_answer_is_mapped_back_to_the_record(client, pair, order, preference, choice, strength):
    assignment = pair.lease()
    set_order(assignment, order)
    submit(client, assignment, preference)
    judgement = Judgement.objects.get()
    assert (judgement.choice, judgement.strength) == (choice, strength)
    assert judgement.order_shown == order


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_who_prefers_the_text_on_the_left_prefers_that_text(client, pair, order):
    """From the page as it is read, not from the stored order: the two must agree."""
    assignment = pair.lease()
    set_order(assignment, order)
    left = re.search(r'data-part="response-A".*?</div>', card(client, assignment), re.S)[0]
    expected = "b" if "59 - 9 = 50" in left else "a"
    submit(client, assignment, "1")
    assert Judgement.objects.get().choice == expected


def test_the_card_shows_comments_and_marks(client, pair):
    page = card(client, pair.lease())
    assert '<mark class="critical"' in page
    assert "The 12 chairs are not beads" in page
    assert "irrelevant fact" in page
    assert "(leave this step out)" in page
    assert "Quote not found" in page
    assert "No problem found" in page
    assert "0 judged · 1 open" in page
    assert "Use only what is asked." in page


def test_the_card_leaks_nothing(client, pair):
    query = make_query(pair.campaign, "Two?", node="secret-node", reference="secret-reference")
    item = make_item(pair.campaign, query=query, kind="gold", expected="b", priority=1)
    for version in pair.campaign.versions.all():
        version.name, version.served_name = f"secret-{version.role}", "secret-served"
        version.save()
    make_critique(item.response_b, p_flawed=0.8317, raw_text="secret-raw", summary="It is short.")
    page = card(client, pair.lease())
    assert "It is short." in page
    assert "secret" not in page
    assert "0.8317" not in page
    assert "gold" not in page.lower()


def test_a_critique_that_did_not_parse_says_so(client, pair):
    item = make_item(pair.campaign, priority=1)
    critique = make_critique(item.response_b, None, raw_text="garbage <<<")
    make_comment(critique, "Second", explanation="from garbage")
    page = card(client, pair.lease())
    assert "could not be read" in page
    assert "garbage" not in page


def test_no_critique_says_so_and_is_recorded(client, pair):
    query = make_query(pair.campaign, "Without a critique?")
    make_item(pair.campaign, query=query, priority=1)
    assignment = pair.lease()
    assert "There is no critique" in card(client, assignment)
    submit(client, assignment)
    assert Judgement.objects.get().was_critique_shown is False


def test_a_flawed_verdict_without_comments_says_so(client, pair):
    make_critique(make_item(pair.campaign, priority=1).response_b, CriticVerdict.FLAWED)
    assert "points to nothing" in card(client, pair.lease())


def test_of_several_samples_of_a_critic_the_greedy_one_is_shown(client, pair):
    make_critique(pair.item.response_b, CriticVerdict.SOUND, sample=1, summary="Drawn.")
    page = card(client, pair.lease())
    assert "Every step follows." in page
    assert "Drawn." not in page


def test_the_card_asks_as_often_for_many_comments(client, pair, django_assert_num_queries):
    assignment = pair.lease()
    for _ in range(30):
        make_comment(pair.comments[0].critique, "31 + 28 = 59")
    # session, person, assignment with item, draft, texts, critiques with comments, what was asked again,
    # progress, principles, settings, what was sent back
    with django_assert_num_queries(11):
        client.get(url("assignment", assignment))


def test_submit_leads_to_the_next_card(client, pair):
    second = make_reviewed_pair(pair.campaign, query_text="The second query?")
    response = submit(client, pair.lease())
    following = Assignment.objects.get(item=second.item)
    assert response.url == url("assignment", following)
    page = client.get(response.url).content.decode()
    assert "Saved." in page
    assert "The second query?" in page


def test_submit_by_htmx_answers_with_the_next_card(client, pair):
    second = make_reviewed_pair(pair.campaign, query_text="The second query?")
    response = submit(client, pair.lease(), htmx=True)
    page = response.content.decode()
    following = Assignment.objects.get(item=second.item)
    assert response.headers["HX-Push-Url"] == url("assignment", following)
    assert "The second query?" in page
    assert 'data-announce="Saved. Next item."' in page
    assert "<html" not in page


def test_the_last_submit_says_that_all_is_done(client, pair):
    page = submit(client, pair.lease(), htmx=True).content.decode()
    assert "All done" in page
    assert "Saved." in page


def test_submit_writes_what_was_sent(client, pair):
    first = pair.comments[0]
    answer = {f"verdict-{first.pk}": "nitpick", "critique": [first.critique_id], "rationale": "so"}
    submit(client, pair.lease(), "2", **answer)
    judgement = Judgement.objects.get()
    assert judgement.comment_verdicts.get().verdict == "nitpick"
    assert (judgement.was_critique_shown, judgement.rationale, judgement.seconds) == (
        True,
        "so",
        12.5,
    )


def test_submit_twice_is_one_annotation(client, pair):
    assignment = pair.lease()
    data = make_answer(assignment)
    for _ in range(2):
        response = client.post(url("submit", assignment), data, follow=True)
        assert "Saved." in response.content.decode()
    assert Annotation.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        pytest.param({"preference": ""}, "Choose which response is better", id="nothing-chosen"),
        pytest.param({"preference": "8"}, "not one of the available choices", id="unknown"),
        pytest.param({"submission": "x"}, "valid UUID", id="submission"),
        pytest.param({"critique": "x"}, "named by its number", id="critique"),
        pytest.param({"critique": "999999"}, "do not belong", id="foreign-critique"),
        pytest.param({"verdict-999999": "valid"}, "were not shown", id="foreign-comment"),
        pytest.param({"verdict-1": "sure"}, "no verdict", id="unknown-verdict"),
        pytest.param({"rationale": "a\0b"}, "Null characters", id="nul"),
    ],
)
def test_a_bad_answer_is_kept_on_the_page(client, pair, fields, words):
    answer = {"preference": "6", "rationale": "my reason", **fields}
    response = submit(client, pair.lease(), **answer)
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert "my reason" in page or "rationale" in fields
    assert Annotation.objects.count() == 0
    if fields.keys().isdisjoint({"preference"}):
        assert re.search(r'value="6" required checked', page)


def test_a_late_answer_is_refused_honestly_and_kept(client, pair):
    assignment = pair.lease()
    Assignment.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    release_expired_leases()
    pair.lease(pair.another())
    first = pair.comments[0]
    answer = {f"verdict-{first.pk}": "fake", "critique": [first.critique_id], "rationale": "mine"}
    response = submit(client, assignment, "7", htmx=True, **answer)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Not saved" in page
    assert re.search(r'value="7" required checked', page)
    assert re.search(r'value="fake" checked', page)
    assert ">mine</textarea>" in page


def test_a_late_answer_whose_seat_is_free_is_taken(client, pair):
    assignment = pair.lease()
    Assignment.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    release_expired_leases()
    assert submit(client, assignment).status_code == 302
    assert Annotation.objects.count() == 1


def test_a_withdrawn_item_leads_to_the_next_one(client, pair):
    assignment = pair.lease()
    make_reviewed_pair(pair.campaign, query_text="The second query?")
    pair.item.state = ItemState.WITHDRAWN
    pair.item.save()
    page = submit(client, assignment, htmx=True).content.decode()
    assert "closed meanwhile" in page
    assert "The second query?" in page
    assert Annotation.objects.count() == 0


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (AssignmentState.SUBMITTED, "You have judged this item"),
        (AssignmentState.SKIPPED, "You have skipped this item"),
        (AssignmentState.EXPIRED, "Your time for this item ran out"),
    ],
)
def test_the_page_of_what_is_over_says_so(client, pair, state, words):
    assignment = pair.lease()
    Assignment.objects.update(state=state)
    page = card(client, assignment)
    assert words in page
    assert 'id="answer"' not in page


def test_the_page_of_a_closed_item_says_so(client, pair):
    assignment = pair.lease()
    pair.item.state = ItemState.WITHDRAWN
    pair.item.save()
    assert "closed meanwhile" in card(client, assignment)


def test_skip_leads_on(client, pair):
    assignment = pair.lease()
    make_item(pair.campaign)  # else it would come back at once
    response = client.post(url("skip", assignment), {"reason": "too\0 long"}, follow=True)
    assert "Skipped." in response.content.decode()
    assignment.refresh_from_db()
    assert (assignment.state, assignment.reason) == (AssignmentState.SKIPPED, "too long")


def test_skip_after_submitting_changes_nothing(client, pair):
    assignment = pair.lease()
    submit(client, assignment)
    response = client.post(url("skip", assignment), headers=HTMX)
    assert "judged this item already" in response.content.decode()
    assignment.refresh_from_db()
    assert assignment.state == AssignmentState.SUBMITTED


@pytest.mark.parametrize(
    ("name", "method"), [("assignment", "post"), ("submit", "get"), ("skip", "get")]
)
def test_wrong_method(client, pair, name, method):
    assert getattr(client, method)(url(name, pair.lease())).status_code == 405


@pytest.mark.parametrize("name", ["assignment", "submit", "skip"])
@pytest.mark.parametrize("who", ["another annotator", "removed since"])
def test_wrong_person(pair, client, name, who):
    assignment = pair.lease()
    if who == "removed since":
        pair.campaign.members.all().delete()
    else:
        client.force_login(pair.another())
    if name == "assignment":
        assert client.get(url(name, assignment)).status_code == 404
    else:
        response = client.post(url(name, assignment), make_answer(assignment))
        assert response.status_code == 404
    assert Annotation.objects.count() == 0


def test_a_person_who_was_signed_out_hears_it(pair):
    response = Client().post(url("submit", pair.lease()), headers=HTMX)
    assert response.status_code == 401


def test_a_form_without_its_token_is_refused(pair):
    client = Client(enforce_csrf_checks=True)
    client.force_login(pair.user)
    assignment = pair.lease()
    response = submit(client, assignment)
    assert response.status_code == 403
    assert "Nothing was saved" in response.content.decode()
