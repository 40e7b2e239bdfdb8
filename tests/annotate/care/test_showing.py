"""Wherever text is shown it is asked anew whether it may be: every page that shows some is walked."""

import json
from itertools import product
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from annotate.care.services import give_consent, leave_out
from annotate.models import (
    AnnotatorSettings,
    Assignment,
    AssignmentState,
    Flag,
    QualificationAnswer,
    RedTeamChat,
    RedTeamTurn,
    Review,
    TurnState,
)
from annotate.queue.services.leases import lease_ahead, lease_next
from annotate.urls import urlpatterns
from oversight.data.services.snapshots import make_snapshot
from oversight.models import ItemKind, ItemState, Role
from oversight.people.services.tokens import make_token
from tests.annotate.records import make_answer, make_comment, make_critique, url
from tests.factories import (
    make_campaign,
    make_item,
    make_member,
    make_query,
    make_response,
    make_round,
    make_version,
    set_settings,
)

pytestmark = [pytest.mark.django_db, pytest.mark.fault("care")]
HTMX = {"HX-Request": "true"}
SECRET = "Thirteen drowned kittens"
# Who may see it is shown text by these, by themselves or where they lead to.
SHOWING = {
    "about", "ahead", "assignment", "chat", "chat-say", "consent", "correct", "diff", "flag",
    "forget-correction-draft", "guidelines-read", "history", "lease", "next", "practice",
    "practice-feedback", "rest", "rewrite-diff", "skip", "submit", "submit_ratings",
    "submit_steps", "turn-failed", "undo",
}  # fmt: skip
TEXTLESS = {
    "all-flags", "care", "correction-draft", "draft", "flag-settle", "flags", "home", "red-team",
    "settings", "me", "people", "person", "person-pause", "person-resume", "work-file",
    # Those who review alone see texts there: tests/annotate/review/test_pages.py.
    "review", "review-ask", "review-claim", "review-decide", "review-give-back", "reviews",
}  # fmt: skip


def make_hard_item(campaign, **fields):
    query = make_query(campaign, f"{SECRET}, query {uuid4()}?", node="animals")
    responses = [make_response(query, f"{SECRET}, answer {n}.") for n in "ab"]
    make_comment(make_critique(responses[0], summary=f"{SECRET}, critique."), SECRET)
    return make_item(
        campaign, query=query, response_a=responses[0], response_b=responses[1], **fields
    )


@pytest.fixture
def campaign():
    return make_campaign(is_red_teaming_open=True, undo_minutes=60)


@pytest.fixture
def person(campaign):
    return make_member(campaign)


@pytest.fixture
def client(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def submitted(campaign, person, client):
    make_hard_item(campaign)
    row = lease_next(user=person, campaign=campaign)
    client.post(url("submit", row), make_answer(row))
    row.refresh_from_db()
    assert row.state == AssignmentState.SUBMITTED
    return row


@pytest.fixture
def leased(campaign, person, submitted):
    make_hard_item(campaign)
    make_hard_item(campaign)
    return lease_next(user=person, campaign=campaign)


@pytest.fixture
def turn(campaign, person):
    query = make_query(campaign, f"{SECRET}, said.")
    learner = make_version(campaign, Role.LEARNER, active=False)
    chat = RedTeamChat.objects.create(campaign=campaign, user=person, learner=learner)
    response = make_response(query, f"{SECRET}, answered.", version=learner)
    return RedTeamTurn.objects.create(
        chat=chat, number=1, text=f"{SECRET}?", query=query, response=response, state=TurnState.DONE
    )


@pytest.fixture
def practised(campaign, person):
    gold = make_hard_item(campaign, kind=ItemKind.GOLD, expected="a", state=ItemState.PRACTICE)
    return QualificationAnswer.objects.create(
        user=person, campaign=campaign, item=gold, choice="b", is_right=False, order_shown="ab"
    )


@pytest.fixture
def known(campaign, leased, submitted, turn, practised):
    """Something of each kind that has an address; and only then is it tagged and warned of."""
    make_hard_item(campaign, kind=ItemKind.GOLD, expected="a")
    flag = Flag.objects.create(assignment=submitted, kind="other", reason="Why not?")
    warn(campaign)
    return {
        "slug": campaign.slug,
        "assignment_id": leased.pk,
        "answer_id": practised.pk,
        "chat_id": turn.chat_id,
        "turn_id": turn.pk,
        "flag_id": flag.pk,
        "place": "A",
        "person_id": turn.chat.user_id,
        "submitted": submitted.pk,
        "item_id": submitted.item_id,
        "review_id": Review.objects.create(
            campaign=campaign, item=submitted.item, reasons=["by_hand"]
        ).pk,
    }


def warn(campaign):
    set_settings(
        campaign, content_warning="Animals come to harm.", harm_by_category={"animals": "severe"}
    )


def names():
    resolver = get_resolver()
    _, annotate = resolver.namespace_dict["annotate"]
    return {name for name in annotate.reverse_dict if isinstance(name, str)}


def pages(known):
    """Return (name, address) of all that the app has."""
    found = []
    _, resolver = get_resolver().namespace_dict["annotate"]
    for name in sorted(names()):
        [(_, arguments)], *_ = resolver.reverse_dict[name]
        wanted = {key: known[key] for key in arguments}
        if "correct" in name:
            wanted["assignment_id"] = known["submitted"]
        found.append((name, reverse(f"annotate:{name}", kwargs=wanted)))
    return found


def asked_in_every_way(client, address):
    """Return what each way of asking is answered, to the last page; undo what it did."""
    answers, data = [], {"rewrite-A": "Other words."}
    for method, headers, follow in product(("get", "post"), ({}, HTMX), (True, False)):
        point = transaction.savepoint()
        answers.append(getattr(client, method)(address, data, headers=headers, follow=follow))
        transaction.savepoint_rollback(point)
    return [answer.content.decode() for answer in answers]


def showing(client, known):
    return {
        name
        for name, address in pages(known)
        if SECRET in "".join(asked_in_every_way(client, address))
    }


def test_the_lists_above_name_every_page(known):
    assert urlpatterns
    assert names() == SHOWING | TEXTLESS


def test_nothing_is_shown_before_consent(client, known):
    # Agreeing is what leads on.
    assert showing(client, known) - {"consent"} == set()


def test_all_is_shown_after_consent(client, campaign, person, known):
    give_consent(user=person, campaign=campaign)
    assert showing(client, known) == SHOWING
    make_hard_item(campaign, kind=ItemKind.GOLD, expected="a", state=ItemState.PRACTICE)
    set_settings(campaign, qualification_items=1)
    assert SECRET in client.get(dict(pages(known))["practice"]).content.decode()


def test_consent_to_other_words_is_none(client, campaign, person, known):
    give_consent(user=person, campaign=campaign)
    set_settings(campaign, content_warning="Worse.")
    assert showing(client, known) - {"consent"} == set()


def test_what_is_left_out_is_shown_nowhere(client, campaign, person, known):
    give_consent(user=person, campaign=campaign)
    leave_out(user=person, campaign=campaign, categories=["animals"])
    in_chats = {"chat", "chat-say", "turn-failed"}
    # To agree again with nothing ticked is to leave nothing out.
    assert showing(client, known) - {"consent"} == in_chats


@pytest.mark.parametrize("name", ["assignment", "correct", "diff", "practice-feedback", "history"])
def test_what_is_tagged_since_its_lease_is_blurred(client, campaign, person, known, name):
    give_consent(user=person, campaign=campaign)
    page = client.get(dict(pages(known))[name]).content.decode()
    assert "agged <strong>severe" in page or "Tagged severe" in page
    AnnotatorSettings.objects.create(user=person, blur_from="never")
    page = client.get(dict(pages(known))[name]).content.decode()
    assert "severe" not in page


def test_what_is_not_tagged_any_more_is_not_blurred(client, campaign, person, leased):
    Assignment.objects.update(harm="severe")
    assert "blurred" not in client.get(url("assignment", leased)).content.decode()


def test_an_answer_to_what_was_seen_before_the_warning_is_taken(client, campaign, leased):
    warn(campaign)
    answer = client.post(url("submit", leased), make_answer(leased), headers=HTMX)
    leased.refresh_from_db()
    assert leased.state == AssignmentState.SUBMITTED
    assert "Animals come to harm." in answer.content.decode()


def test_what_is_left_out_after_its_lease_goes_to_somebody_else(client, campaign, person, leased):
    warn(campaign)
    give_consent(user=person, campaign=campaign)
    leave_out(user=person, campaign=campaign, categories=["animals"])
    page = client.get(url("assignment", leased)).content.decode()
    assert "of a kind that you leave out" in page
    client.post(reverse("annotate:lease", args=[campaign.slug]))
    leased.refresh_from_db()
    assert leased.state == AssignmentState.SKIPPED
    leased.item.refresh_from_db()
    assert leased.item.seats_free == 1


def test_a_card_that_the_browser_holds_is_sent_again_once_it_is_to_be_blurred(
    client, campaign, person, leased
):
    ahead = lease_ahead(assignment=leased)
    warn(campaign)
    give_consent(user=person, campaign=campaign)
    data = {**make_answer(leased), "ahead": ahead.pk}
    answer = client.post(url("submit", leased), data, headers=HTMX)
    assert "is blurred" in answer.content.decode()
    held = client.post(url("ahead", ahead), headers=HTMX)
    assert held.status_code in (200, 204)


def test_who_holds_the_blurred_card_is_sent_the_words_alone(client, campaign, person, leased):
    warn(campaign)
    give_consent(user=person, campaign=campaign)
    held = client.post(url("ahead", leased), headers=HTMX)["X-Ahead"]
    [name] = json.loads(held).values()
    data = {**make_answer(leased), "ahead": name}
    answer = client.post(url("submit", leased), data, headers=HTMX)
    assert json.loads(answer["X-Ahead"])["shown"] == name
    assert answer.content == b""


def test_what_was_handed_back_is_compared_no_more(client, leased):
    client.post(url("skip", leased))
    assert client.get(url("diff", leased)).status_code == 404


def test_admins_see_what_was_flagged_folded_up_and_by_its_tag(campaign, known):
    admin = Client()
    admin.force_login(make_member(campaign, "owner"))
    page = admin.get(reverse("annotate:flags", args=[campaign.slug])).content.decode()
    assert "<summary>The query, tagged severe</summary>" in page
    page = admin.get(reverse("campaign-queries", args=[campaign.slug])).content.decode()
    assert page.count("Tagged severe") == 5


@pytest.mark.parametrize("arm", ["hidden", "blind_first", "evidence"])
def test_who_judges_blind_reads_the_critique_nowhere(client, campaign, person, leased, turn, arm):
    Assignment.objects.filter(pk=leased.pk).update(arm=arm)
    for name in ("assignment", "diff"):
        assert "kittens, critique" not in "".join(asked_in_every_way(client, url(name, leased)))
    if arm != "blind_first":
        client.post(url("submit", leased), make_answer(leased))
        assert "kittens, critique" not in client.get(url("correct", leased)).content.decode()
    page = client.get(reverse("annotate:history", args=[campaign.slug])).content.decode()
    assert "kittens, critique" not in page


def outside():
    """Names and arguments of every page of a campaign that is not of this app, and of REST."""
    found = {}
    waiting = list(get_resolver().url_patterns)
    while waiting:
        entry = waiting.pop()
        if getattr(entry, "app_name", "") in ("admin", "annotate"):
            continue
        waiting += getattr(entry, "url_patterns", [])
        if getattr(entry, "name", None):
            found[entry.name] = entry.pattern.converters
    return found


def test_who_annotates_reads_the_queries_on_no_page_and_over_no_endpoint(client, campaign, person):
    make_hard_item(campaign)
    make_query(campaign, f"{SECRET}, held out?", split="held_out")
    learner = campaign.versions.get(role="learner")
    round_ = make_round(learner, number=1)
    known = {"slug": campaign.slug, "number": round_.number, "role": "learner"}
    known |= dict.fromkeys(("sha256", "other"), make_snapshot(campaign=campaign).sha256)
    known["file"] = "preferences.jsonl"
    token = {"Authorization": f"Token {make_token(user=person)}"}
    walked = 0
    for name, arguments in outside().items():
        values = {key: known.get(key, 1) for key in arguments}
        for headers in ({}, token):
            answer = client.get(reverse(name, kwargs=values), headers=headers)
            body = b"".join(answer) if answer.streaming else answer.content
            assert SECRET.encode() not in body, name
            walked += 1
    assert walked > 60
