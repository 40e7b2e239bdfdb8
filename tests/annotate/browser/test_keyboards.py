"""Keyboards of other layouts, caps lock, input methods, keys held down, keys of one's own alphabet."""

import pytest
from playwright.sync_api import expect

from annotate.models import AnnotatorSettings
from oversight.models import Judgement
from tests.annotate.browser.handling import focused, open_card, press
from tests.annotate.records import make_reviewed_pair, make_two_items

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.fault("workbench"),
]
PRESS = """(init) => {
  const target = document.activeElement || document.body;
  const event = new KeyboardEvent("keydown", {bubbles: true, cancelable: true, ...init});
  return !target.dispatchEvent(event);
}"""
CHECKED = "() => document.querySelector('input[name=preference]:checked')?.value"


@pytest.fixture
def pair(transactional_db):
    return make_reviewed_pair()


@pytest.fixture
def page(signed_in, live_server, pair):
    return open_card(signed_in, live_server, pair)


def send(page, key, code="", **more):
    """Press a key as another keyboard would; return whether anything came of it."""
    return page.evaluate(PRESS, {"key": key, "code": code, **more})


LAYOUTS = {  # (key, code, shift, AltGr) -> what the page takes it for
    "russian": (("к", "KeyR"), "r"),
    "russian-capital": (("К", "KeyR", True), "R"),
    "russian-caps-lock": (("К", "KeyR"), "r"),
    "greek": (("ν", "KeyN"), "n"),
    "hebrew": (("ה", "KeyV"), "v"),
    "arabic-of-two-letters": (("لا", "KeyB"), "b"),
    "korean": (("ㄱ", "KeyR"), "r"),
    "full-width": (("ｒ", "KeyR"), "r"),
    "persian-digit": (("۲", "Digit2"), "2"),
    "arabic-numpad": (("٣", "Numpad3"), "3"),
    "numpad": (("3", "Numpad3"), "3"),
    "numpad-without-num-lock": (("ArrowDown", "Numpad2"), "ArrowDown"),
    "arabic-question": (("؟", "Slash", True), "?"),
    "caps-lock": (("R", "KeyR"), "r"),
    "caps-lock-and-shift": (("r", "KeyR", True), "R"),
    "azerty-2": (("é", "Digit2"), "2"),
    "azerty-1": (("&", "Digit1"), "1"),
    "azerty-shifted": (("2", "Digit2", True), "2"),
    "azerty-z": (("z", "KeyW"), "z"),
    "azerty-exclamation": (("!", "Slash"), "!"),
    "czech-1": (("+", "Digit1"), "1"),
    "dvorak-r": (("r", "KeyO"), "r"),
    "dvorak-at-r": (("p", "KeyR"), "p"),
    "dvorak-semicolon-at-z": ((";", "KeyZ"), ";"),
    "dvorak-full-stop-at-e": ((".", "KeyE"), "."),
    "bepo-e-grave-at-t": (("è", "KeyT"), "è"),
    "german-oe": (("ö", "Semicolon"), "ö"),
    "us-shift-7": (("&", "Digit7", True), "&"),
    "enter-of-the-numpad": (("Enter", "NumpadEnter"), "Enter"),
    "polish-altgr-n": (("ń", "KeyN", False, True), "ń"),
    "german-altgr-2": (("²", "Digit2", False, True), "²"),
    "altgr-alone-with-a-letter": (("r", "KeyR", False, True), ""),
}
TAKEN_FOR = """([key, code, shiftKey, modifierAltGraph]) => {
  const event = new KeyboardEvent("keydown", {key, code, shiftKey, modifierAltGraph});
  const known = "jktrs!zg?01234567bvnfuexcdR";
  const found = meaningsOf(event, () => undefined);
  const isKnown = (one) => /^[A-Z]\\w+$/.test(one) || (one && known.includes(one));
  return found.find(isKnown) ?? found[0] ?? "";
}"""


def test_a_key_is_what_it_prints_or_where_it_stands(page):
    found = {
        name: page.evaluate(TAKEN_FOR, [*press_, *[False] * (4 - len(press_))])
        for name, (press_, _) in LAYOUTS.items()
    }
    assert found == {name: right for name, (_, right) in LAYOUTS.items()}


def test_other_layouts_reach_what_the_page_offers(page):
    send(page, "é", "Digit2")
    assert page.evaluate(CHECKED) == "2"
    send(page, '"', "Digit3")
    assert page.evaluate(CHECKED) == "3"
    send(page, "о", "KeyJ")
    send(page, "м", "KeyV")
    assert page.locator("[data-number='1'] [value=valid]").is_checked()
    send(page, "к", "KeyR")
    assert focused(page) == "rationale"


def test_caps_lock_is_left_out_of_it(page):
    send(page, "R", "KeyR", modifierCapsLock=True)
    assert focused(page) == "rationale"


def test_combinations_are_the_browsers_own(page):
    for modifier in ("ctrlKey", "metaKey", "altKey"):
        for key in ("r", "к", "®", "1", "é"):
            code = "Digit2" if key in "1é" else "KeyR"
            assert not send(page, key, code, **{modifier: True})
    assert focused(page) != "rationale"
    assert page.evaluate(CHECKED) is None


@pytest.mark.parametrize(
    "composing",
    [
        {"isComposing": True, "keyCode": 229},
        {"isComposing": True},
        {"keyCode": 229},
    ],
)
def test_nothing_happens_while_an_input_method_composes(page, composing):
    press(page, "1")
    for modifiers in ({}, {"ctrlKey": True}, {"metaKey": True}):
        assert not send(page, "Enter", "Enter", **modifiers, **composing)
    press(page, "r")
    assert not send(page, "Enter", "Enter", ctrlKey=True, **composing)
    assert not send(page, "Escape", "Escape", **composing)
    assert focused(page) == "rationale"
    page.wait_for_timeout(300)
    assert Judgement.objects.count() == 0


@pytest.mark.parametrize("key", ["Process", "Dead", "Unidentified"])
def test_what_is_no_key_yet_does_nothing(page, key):
    assert not send(page, key, "KeyR")
    assert focused(page) != "rationale"


def test_a_key_held_down_answers_once(signed_in, live_server, transactional_db):
    page = open_card(signed_in, live_server, make_two_items())
    page.keyboard.down("1")
    page.keyboard.up("1")
    page.keyboard.down("Enter")
    page.get_by_text("Saved.", exact=True).first.wait_for()
    # The next card is answered by all but the last press, as one with a draft would be.
    page.wait_for_function("() => performance.now() - cardShownAt > SETTLING")
    page.locator("label.opt-2").click()
    for focus_on in ("document.activeElement.blur()", "document.getElementById('submit').focus()"):
        page.evaluate(focus_on)
        page.keyboard.down("Enter")  # again, and never released: a repeated press
    page.wait_for_timeout(500)
    assert Judgement.objects.count() == 1
    page.keyboard.up("Enter")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="All done").wait_for()
    assert Judgement.objects.count() == 2


def test_a_key_held_down_goes_on_moving_and_does_not_judge_again(page):
    for key in ("j", "j"):
        page.keyboard.down(key)
    page.keyboard.up("j")
    assert page.evaluate("document.activeElement.dataset.number") == "2"
    for key in ("v", "v"):
        page.keyboard.down(key)
    page.keyboard.up("v")
    expect(page.locator(".comment [value=valid]:checked")).to_have_count(1)


def test_keys_of_ones_own_alphabet_are_chosen_by_pressing_them(page, live_server, pair):
    own = {"The comment is valid": ("ö", "Semicolon"), "Write a reason": ("к", "KeyR")}
    page.goto(live_server.url + "/annotate/settings/")
    for label, (key, code) in own.items():
        page.get_by_label(label).focus()
        send(page, key, code)
        assert page.get_by_label(label).input_value() == key
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").first.wait_for()
    assert AnnotatorSettings.objects.get().keys == {"valid": "ö Semicolon", "reason": "к KeyR"}

    page.goto(f"{live_server.url}/annotate/assignment/{pair.lease().pk}/")
    verdict = page.locator("[data-number='1']")
    assert verdict.locator("kbd").first.inner_text() == "ö"
    page.locator(".comment").first.focus()
    send(page, "v", "KeyV")  # given up
    assert not verdict.locator("[value=valid]").is_checked()
    send(page, "Ö", "Semicolon")  # caps lock
    assert verdict.locator("[value=valid]").is_checked()
    page.locator(".comment").first.focus()
    send(page, "n", "KeyN")
    page.locator(".comment").first.focus()
    send(page, "ж", "Semicolon")  # the same key under another layout
    assert verdict.locator("[value=valid]").is_checked()
    send(page, "r", "KeyR")  # given up, and a letter of its own
    assert focused(page) != "rationale"
    send(page, "к", "KeyR")
    assert focused(page) == "rationale"


def test_keys_chosen_before_go_on_working_on_any_layout(signed_in, live_server, pair):
    AnnotatorSettings.objects.create(user=pair.user, keys={"valid": "h", "word_after": "l"})
    page = open_card(signed_in, live_server, pair)
    page.locator(".comment").first.focus()
    send(page, "р", "KeyH")
    assert page.locator("[data-number='1'] [value=valid]").is_checked()
    send(page, "с", "KeyC")
    send(page, "д", "KeyL")
    send(page, "Д", "KeyL", shiftKey=True)
    chosen = page.evaluate("() => getSelection().toString()")
    assert chosen == "* 7"
