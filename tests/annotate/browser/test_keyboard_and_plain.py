"""The whole way by keyboard alone; and the pages with JavaScript off."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from oversight.models import (
    Comment,
    CommentVerdict,
    ItemKind,
    Judgement,
    Preference,
    ResponseRating,
    ReviewItem,
    StepLabel,
)
from tests.annotate.browser.handling import focused, press
from tests.annotate.records import WRONG, make_reviewed_pair
from tests.annotate.showcase import make_showcase
from tests.annotate.showcase_failures import serve_failures
from tests.factories import make_query, make_response

STATUSES = {"missing": 404, "forbidden": 403, "server-error": 500, "form-out-of-date": 403}
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pair(transactional_db):
    return make_reviewed_pair()


def add_steps(pair):
    query = make_query(pair.campaign, "Step by step?")
    response = make_response(query, "one\ntwo\nthree")
    kind = ItemKind.STEPS
    ReviewItem.objects.create(
        campaign=pair.campaign, query=query, response_a=response, kind=kind, priority=-1
    )


def tab_to(page, words):
    """Press Tab until what has the focus says these words, as somebody without a mouse would."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.locator("a:focus, button:focus").filter(has_text=words).count():
            return
    raise AssertionError(f"Tab never comes to {words!r}")


def test_from_sign_in_to_sign_out_by_keyboard_alone(browser, live_server, pair):
    add_steps(pair)
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(live_server.url + "/annotate/")
    assert focused(page) == "username"
    page.keyboard.type(pair.user.username)
    press(page, "Tab")
    page.keyboard.type("pw")
    press(page, "Enter")
    page.wait_for_url(live_server.url + "/annotate/", wait_until="load")
    tab_to(page, "Word problems")
    press(page, "Enter")
    page.wait_for_url("**/next/**", wait_until="load")
    tab_to(page, "Start")
    press(page, "Enter")
    page.wait_for_url("**/assignment/*/", wait_until="load")
    first = page.url
    # Guidelines, verdicts, a comment of one's own, a score, a reason, the preference.
    # The first press at a comment whose quote is not in the response only shows it.
    press(page, "g", "Escape", "j", "v", "n", "u", "u")
    press(page, "c", "Enter")
    page.keyboard.type("Multiply first.")
    press(page, "Tab", "m", "Tab", "Tab", "Tab", "Tab", "Space")
    expect(page.locator("[name$=-flaw]:checked")).to_have_count(1)
    press(page, "r")
    page.keyboard.type("The chairs.")
    press(page, "Escape")
    page.evaluate("document.activeElement.blur()")
    press(page, "7", "Enter")
    page.wait_for_url(lambda url: url != first)
    page.wait_for_function("() => document.activeElement.id === 'query-title'")
    press(page, "1", "3", "Enter")
    page.get_by_role("heading", name="All done").wait_for()
    tab_to(page, "Sign out")
    press(page, "Enter")
    page.wait_for_url("**/login/**")
    context.close()
    comparison, steps = Judgement.objects.order_by("pk")
    assert comparison.rationale == "The chairs."
    assert Comment.objects.get(critique__author=pair.user).explanation == "Multiply first."
    assert CommentVerdict.objects.filter(judgement=comparison).exclude(action="added").count() == 3
    assert [label.label for label in steps.step_labels.all()] == [1, -1]


def test_everything_of_a_card_works_without_scripts(signed_in, live_server, pair):
    add_steps(pair)
    page = signed_in(pair.user, java_script_enabled=False)
    page.get_by_role("button", name="Start").click()
    order = pair.campaign.assignments.get().order_shown
    place = "AB"[order.index("a")]
    page.get_by_role("link", name="Compare word by word").click()
    expect(page.locator(".diff ins").first).to_be_attached()
    page.get_by_role("link", name="Back to the item").click()
    comment = pair.comments[0]
    page.get_by_text("Edit or delete").first.click()
    page.locator(f"[name=delete-{comment.pk}]").check()
    add = page.locator(f".add[data-letter={place}]")
    add.locator("summary").click()
    expect(add.get_by_role("button").first).not_to_be_visible()
    add.locator("[name$=-quote]").fill("59 + 12 = 71")
    add.locator("[name$=-severity]").select_option("major")
    add.locator("[name$=-explanation]").fill("No.")
    page.locator(f"label:has([name=score-{place}-overall][value='2'])").click()
    rewrite = page.locator(f"details:has(#rewrite-{place})")
    rewrite.locator("summary").click()
    page.locator(f"#rewrite-{place}").fill("#### 50")
    page.locator("label.opt-1").click()
    page.locator("#submit").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert CommentVerdict.objects.get(comment=comment).action == "deleted"
    own = Comment.objects.get(critique__author=pair.user)
    assert (own.start, own.quote_match) == (WRONG.index("59 + 12"), "exact")
    assert ResponseRating.objects.get().overall == 2
    assert Preference.objects.filter(kind="rewritten", chosen__text="#### 50").count() == 1
    # The next one asks for steps: what follows the bad one goes without a script too.
    for step, label in enumerate(("good", "bad")):
        page.locator(f".step[data-step='{step}'] .step-{label}").click()
    expect(page.locator(".step[data-step='2'] fieldset")).not_to_be_visible()
    page.locator("#submit").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert list(StepLabel.objects.values_list("label", flat=True)) == [1, -1]


def test_every_page_is_there_without_scripts(browser, live_server, transactional_db):
    showcase = make_showcase()
    contexts = {}
    for name, who, path in showcase.pages:
        if who not in contexts:
            context = browser.new_context(java_script_enabled=False)
            serve_failures(context)
            contexts[who] = context.new_page()
            if who:
                page = contexts[who]
                page.goto(live_server.url + reverse("login"))
                page.fill("[name=username]", who.username)
                page.fill("[name=password]", "pw")
                page.get_by_role("button", name="Sign in").click()
        page = contexts[who]
        status = page.goto(live_server.url + path).status
        assert status == STATUSES.get(name, 200), name
        expect(page.locator("h1"), name).to_have_count(1)
    for page in contexts.values():
        page.context.close()
