import pytest
from django.db import connection
from playwright.sync_api import expect

from annotate.models import Annotation
from oversight.models import CommentVerdict, Judgement
from tests.annotate.records import make_reviewed_pair
from tests.factories import make_query

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def three_pairs(transactional_db):
    first = make_reviewed_pair()
    for number in (41, 51):
        make_reviewed_pair(
            first.campaign, query=make_query(first.campaign, f"Noor has {number} beads. And then?")
        )
    return first


@pytest.fixture
def page(signed_in, three_pairs):
    return signed_in(three_pairs.user)


def start(page):
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/assignment/*/", wait_until="load")


def shown_letter(page, text):
    """Return the letter of the position at which a response stands."""
    for letter in "AB":
        if text in page.locator(f"[data-part=response-{letter}]").inner_text():
            return letter
    raise AssertionError(f"{text} is not shown")


def test_it_judges_two_by_keyboard_and_one_by_mouse(page, live_server, three_pairs):
    page.get_by_role("button", name="Start").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/assignment/*/", wait_until="load")

    # First item: a verdict on each comment, then the preference, then on.
    chosen = "1" if shown_letter(page, "59 - 9 = 50") == "A" else "7"
    first_url = page.url
    # The quote of the third is not in the response: its first press only shows it.
    for key in ("j", "v", "n", "f", "f", chosen, "Enter"):
        page.keyboard.press(key)
    page.wait_for_url(lambda url: url != first_url)
    page.wait_for_function("() => document.activeElement.id === 'query-title'")
    page.wait_for_function(
        "() => document.getElementById('announce').textContent.includes('Saved')"
    )
    assert page.locator(".saved").inner_text() == "Saved."

    judgement = Judgement.objects.get()
    assert (judgement.choice, judgement.strength) == ("b", 3)
    assert list(
        CommentVerdict.objects.order_by("comment__number").values_list("verdict", flat=True)
    ) == ["valid", "nitpick", "fake"]
    assert judgement.seconds is not None

    second_url = page.url
    for key in ("b", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url(lambda url: url != second_url)

    page.locator("label.opt-4").click()
    page.get_by_text("Valid").first.click()
    page.locator("#submit").click()
    page.get_by_role("heading", name="All done").wait_for()
    choices = Judgement.objects.order_by("pk").values_list("choice", flat=True)
    assert list(choices) == ["b", "both_bad", "tie"]
    connection.close()


def test_it_opens_guidelines_and_keys_and_lights_up_quotes(page, live_server, three_pairs):
    start(page)
    page.keyboard.press("g")
    expect(page.locator("dialog#guidelines")).to_be_visible()
    page.keyboard.press("1")  # keys belong to the dialog while it is open
    page.keyboard.press("Escape")
    expect(page.locator("input[name=preference]:checked")).to_have_count(0)
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(".comment").first.hover()
    expect(page.locator("mark.critical.on")).to_have_count(1)
    page.locator("mark.minor").hover()
    assert "on" in page.locator(".comment").nth(1).get_attribute("class")


def test_it_keeps_the_answer_when_the_server_cannot_be_reached(page, live_server, three_pairs):
    start(page)
    page.keyboard.press("2")
    page.context.set_offline(True)
    page.keyboard.press("Enter")
    page.locator("#failure").wait_for()
    assert "Not saved" in page.locator("#failure").inner_text()
    page.context.set_offline(False)
    page.expected_console.append("Failed to load resource")
    page.keyboard.press("Enter")
    page.get_by_text("Saved.", exact=True).first.wait_for()
    assert Annotation.objects.count() == 1


def test_it_works_without_scripts(signed_in, live_server, three_pairs):
    page = signed_in(three_pairs.user, java_script_enabled=False)
    start(page)
    page.get_by_role("link", name="Guidelines").click()
    expect(page.locator("dialog#guidelines")).to_be_visible()
    page.locator("label.opt-7").click()
    page.locator("#submit").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert Annotation.objects.count() == 1
