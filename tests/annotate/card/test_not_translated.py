"""A page translator leaves the texts that are judged as they are."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

from tests.annotate.records import make_reviewed_pair

pytestmark = pytest.mark.fault("places")
ROOT = Path(__file__).parents[3]
TEMPLATES = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("annotate/jinja2/**/*.html")]
MODEL_TEXT = re.compile(
    r'<[a-z]+ (?:[^<>]*? )?class="(?:[^"]*[ "])?(?:model-text|formatted)[ "][^\n]*'
)


def test_every_place_for_a_models_text_says_so():
    found = [
        (path.name, line) for path in TEMPLATES for line in MODEL_TEXT.findall(path.read_text())
    ]
    assert len(found) > 25
    assert not [place for place in found if 'translate="no"' not in place[1]]


@pytest.mark.django_db
def test_a_card_says_so(client):
    pair = make_reviewed_pair(text_a="**bold**", query_text="**q**")
    client.force_login(pair.user)
    page = client.get(reverse("annotate:assignment", args=[pair.lease().pk])).content.decode()
    for shown in re.findall(
        r'<[^>]*(?:data-part="(?:query|quote|response-.)"|data-source)[^>]*>', page
    ):
        assert 'translate="no"' in shown


def test_records_in_the_admin_are_left_alone(admin_client):
    assert b'content="notranslate"' in admin_client.get(reverse("admin:index")).content
