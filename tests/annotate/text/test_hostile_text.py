"""Model text goes through the page as text, whatever it is."""

import html
import re
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from tests.annotate.records import make_comment, make_reviewed_pair

pytestmark = pytest.mark.django_db

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "attribute": "\"><img src=x onerror=alert(1)>' onfocus='alert(1)",
    "link": "[click](javascript:alert(1)) javascript:alert(1)",
    "closing": "</div></form></textarea></details></main><form action='//evil'>",
    "markdown": "# Title\n**bold** `code` ![](http://evil/x.png)",
    "latex": r"$\href{javascript:alert(1)}{x}$ \\[ \frac{1}{2}",
    "template": "{{ card.campaign.pk }} {% csrf_token %}",
    "right-to-left": "שלום עולם، مرحبا بالعالم",
    "override": "safe \u202edcba\u202c end\u2066x\u2069",
    "zalgo": "Z" + "\u0300\u0301\u0302\u0303\u0304" * 40 + "algo",
    "controls": "a\x01b\x1b[31mred\x7f\x85\u200b\ufeff\U000e0041",
    "long-line": "x" * 100_000,
    "many-lines": "line\n" * 20_000,
    "htmx": '<div hx-get="/x" hx-trigger="load"></div>',
    "entity": "&lt;script&gt; &amp;amp; &#x27;",
}
KNOWN_TAGS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "link",
        "script",
        "body",
        "header",
        "main",
        "nav",
        "section",
    ),
    *(
        "a",
        "article",
        "div",
        "span",
        "p",
        "h1",
        "h2",
        "h3",
        "img",
        "dl",
        "dt",
        "dd",
        "ol",
        "ul",
        "li",
    ),
    *("form", "fieldset", "legend", "label", "input", "textarea", "button", "progress", "dialog"),
    *("details", "summary", "mark", "sup", "kbd", "blockquote", "ins", "del", "h4"),
    *("select", "option", "strong", "em", "code", "pre", "br", "hr", "b"),
}


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.triggers = set(), set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.triggers.update(value for name, value in attrs if name == "hx-trigger")


@pytest.fixture
def shown(client):
    def show(text):
        pair = make_reviewed_pair(
            query_text=f"Q {text}"[:5000], text_a=f"59 + 12 = 71 {text}", text_b="fine"
        )
        critique = pair.comments[0].critique
        make_comment(
            critique, text[:300], explanation=text, suggested_fix=text, category=text[:200]
        )
        make_comment(critique, "nowhere: " + text[:300], explanation=text)
        client.force_login(pair.user)
        assignment = pair.lease()
        return client.get(reverse("annotate:assignment", args=[assignment.pk])).content.decode()

    return show


@pytest.mark.parametrize("name", HOSTILE)
def test_it_brings_no_tag_and_no_attribute(shown, name):
    # The first picture is the bell's in the head of the page.
    page = Page(re.sub("<svg.*?</svg>", "", shown(HOSTILE[name]), count=1, flags=re.DOTALL))
    assert page.tags <= KNOWN_TAGS
    assert not {a for a in page.attributes if a.startswith("on") or a in ("style", "srcdoc")}
    assert not {a for a in page.attributes if a.startswith("hx-")} - {
        "hx-get",
        "hx-post",
        "hx-target",
        "hx-swap",
        "hx-sync",
        "hx-params",
        "hx-trigger",
    }
    assert page.triggers == {"input changed delay:300ms"}


@pytest.mark.parametrize("name", sorted(HOSTILE.keys() - {"override", "controls", "zalgo"}))
def test_it_is_shown_letter_for_letter(shown, name):
    text = re.sub(r"<sup>.*?</sup>", "", shown(HOSTILE[name]))
    bodies = re.findall(r'data-part="response-[AB]"[^>]*>(.*?)</div>', text, re.S)
    plain = [html.unescape(re.sub(r"<[^>]+>", "", body)) for body in bodies]
    assert f"59 + 12 = 71 {HOSTILE[name]}" in plain


@pytest.mark.parametrize("name", ["override", "controls"])
def test_what_cannot_be_seen_is_named(shown, name):
    # A field holds the text itself: what is edited must come back as it was.
    page = re.sub(r"<textarea.*?</textarea>|<input[^>]*>", "", shown(HOSTILE[name]), flags=re.S)
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff]", page
    )
    assert 'class="ctl"' in page


@pytest.mark.parametrize("name", ["long-line", "many-lines"])
def test_what_is_long_is_folded(shown, name):
    page = shown(HOSTILE[name])
    assert "Show all of it" in page
    assert len(page) < 1_200_000
