"""All settings and principles out as YAML, and in again after a look."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from oversight.campaigns.services.campaigns import add_principle
from oversight.campaigns.services.settings import change_settings
from oversight.campaigns.views import settings_file as view
from oversight.models import Principle
from oversight.models.groups import GROUPS

pytestmark = pytest.mark.django_db
PAGE = reverse("settings-file", args=["maths"])


def downloaded(admin):
    return admin.get(reverse("settings-download", args=["maths"])).content.decode()


def look(admin, text):
    return admin.post(PAGE, {"text": text})


def apply(admin, text):
    return admin.post(PAGE, {"text": text, "state": look(admin, text).context["preview"].state})


def test_what_is_downloaded_changes_nothing(admin, campaign):
    change_settings(campaign=campaign, guidelines="One.\nTwo.", human_minutes=9)
    add_principle(campaign=campaign, text="Be right.")
    text = downloaded(admin)
    assert all(f"\n{key}:\n" in f"\n{text}" for key in GROUPS)
    assert look(admin, text).context["preview"].changes == []


def test_the_change_is_shown_then_made(admin, campaign):
    first = add_principle(campaign=campaign, text="Be right.")
    add_principle(campaign=campaign, text="Be kind.")
    text = (
        "basics:\n  name: Sums\nrouting:\n  audit_share: 0.3\nupdates:\n  schedule_at: '04:30'\n"
        "principles: [Be kind., Be brief.]\n"
    )
    html = look(admin, text).content.decode()
    assert "<del>10</del> → <ins>30</ins>" in html
    assert "<del>Be right.</del> → <ins>nothing</ins>" in html
    campaign.refresh_from_db()
    assert (campaign.name, campaign.routing.audit_share) == ("Maths", 0.1)
    assert apply(admin, text).status_code == 302
    campaign.refresh_from_db()
    assert (campaign.name, campaign.routing.audit_share) == ("Sums", 0.3)
    assert f"{campaign.updates.schedule_at:%H:%M}" == "04:30"
    first.refresh_from_db()
    assert first.retired_at
    current = Principle.objects.filter(retired_at=None).values_list("number", "text")
    assert sorted(current) == [(2, "Be kind."), (3, "Be brief.")]


@pytest.mark.fault("server-errors")
@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("judging:\n  lease_minutes: 9\n  attributes: {Region: [A, A]}\n", 3, "different answers"),
        ("judging:\n  lease_minutes: 9\n  spread_over: Region\n", 3, "none of what people"),
        ("principles:\n- One.\n- Two.\n- One.\n", 4, "stands there once"),
        ("principles:\n- One.\n- ''\n", 3, "characters"),
    ],
)
def test_what_only_saving_would_refuse_is_refused_at_the_first_look(admin, text, line, words):
    response = look(admin, text)
    [(at, said)] = response.context["faults"]
    assert (response.status_code, at, words in said) == (422, line, True), said
    assert admin.post(PAGE, {"text": text, "state": "any"}).status_code == 422


@pytest.mark.fault("server-errors")
def test_what_a_record_refuses_all_the_same_is_told(admin, monkeypatch):
    def refuse(**_):
        raise ValidationError("It cannot be so today.")

    monkeypatch.setattr(view, "apply_file", refuse)
    text = "care:\n  break_minutes: 9\n"
    html = admin.post(PAGE, {"text": text, "state": "x"}, follow=True).content.decode()
    assert "Not done: It cannot be so today." in html


def test_a_file_is_taken_as_its_text(admin):
    file = SimpleUploadedFile("a.yaml", "\ufeffcare:\n  break_minutes: 9\n".encode())
    [(title, _)] = admin.post(PAGE, {"file": file}).context["preview"].changes
    assert title == "Care"


def test_what_changed_since_the_look_is_told(admin, campaign):
    text = "care:\n  break_minutes: 9\n"
    state = look(admin, text).context["preview"].state
    change_settings(campaign=campaign, audit_share=0.3)
    answer = admin.post(PAGE, {"text": text, "state": state}, follow=True)
    assert "changed meanwhile" in answer.content.decode()
    campaign.refresh_from_db()
    assert campaign.care.break_minutes == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "care:\n  break_minutes: 9\nrouting:\n  audit_share: 7\n",
            "Line 4: audit_share: ",
        ),
        ("care:\n  break_minutes: often\n", "Line 2: break_minutes: A valid integer is required."),
        ("care:\n  harm_by_category:\n    a: awful\n", "Line 2: harm_by_category:"),
        ("gate:\n  magic: 1\n", "Line 2: “gate” has no setting “magic”"),
        ("principles: ['']\n", "principles: each has 1 to 2,000"),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_nothing_changes(admin, campaign, text, words):
    for sent in ({"text": text}, {"text": text, "state": "x"}):
        answer = admin.post(PAGE, sent)
        assert answer.status_code == 422
        assert words in answer.content.decode().replace("&#x27;", "'")
    campaign.refresh_from_db()
    assert campaign.care.break_minutes == 0


@pytest.mark.parametrize(
    "sent",
    [{}, {"text": " "}, {"text": "a" * 200_001}, {"file": SimpleUploadedFile("a", b"\xff\xfe")}],
)
def test_nothing_to_read_is_said(admin, sent):
    assert admin.post(PAGE, sent).status_code == 422
