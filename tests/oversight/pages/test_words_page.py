"""The page of words, and what leads there."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from oversight.pages.policies.words import CHAPTERS

pytestmark = pytest.mark.django_db
LINK = re.compile(r"{% url 'words' %}#([a-z0-9-]+)")
PLACES = [word.place for _, words in CHAPTERS for word in words]


def test_home_says_what_this_is_for_and_leads_to_the_words(admin, campaign):
    html = admin.get(reverse("home")).content.decode()
    assert "makes a language model better with little of people" in html
    assert f'href="{reverse("words")}"' in html


def test_each_word_has_a_sentence_and_a_place_of_its_own(admin):
    html = admin.get(reverse("words")).content.decode()
    assert len(PLACES) == len(set(PLACES))
    for _, words in CHAPTERS:
        for word in words:
            assert f'id="{word.place}"' in html
            assert word.meaning.endswith(".")


def test_what_pages_link_to_is_there():
    texts = [path.read_text() for path in Path(settings.BASE_DIR, "templates").rglob("*.html")]
    linked = {place for text in texts for place in LINK.findall(text)}
    assert linked
    assert linked <= set(PLACES)
