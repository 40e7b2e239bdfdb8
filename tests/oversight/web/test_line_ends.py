"""Whatever comes in by a form or over REST has LF for every line end."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse, QueryDict
from django.test import RequestFactory
from django.urls import reverse

from oversight.models import Principle, Query
from oversight.web.line_ends import LineEndMiddleware
from tests.factories import make_campaign, make_member

pytestmark = pytest.mark.fault("line-ends")


def seen(data, **options):
    """Return the request as a view gets it."""
    request = RequestFactory().post("/", data, **options)
    LineEndMiddleware(lambda request: HttpResponse()).process_view(request, lambda request: None)
    return request


def test_views_get_forms_with_lf():
    sent = {"a": "one\r\ntwo\rthree\n", "b": ["\r", "x"], "c": "plain"}
    assert dict(seen(sent).POST.lists()) == {
        "a": ["one\ntwo\nthree\n"],
        "b": ["\n", "x"],
        "c": ["plain"],
    }


def test_so_do_they_where_the_form_is_not_multipart():
    body = QueryDict(mutable=True)
    body["a"] = "one\r\ntwo"
    request = seen(body.urlencode(), content_type="application/x-www-form-urlencoded")
    assert request.POST["a"] == "one\ntwo"


def test_files_and_other_bodies_are_left_alone():
    file = SimpleUploadedFile("a.csv", b"text\r\none\r\n")
    assert seen({"file": file, "a": "\r\n"}).FILES["file"].read() == b"text\r\none\r\n"
    assert seen('{"a": "\\r\\n"}', content_type="application/json").body == b'{"a": "\\r\\n"}'


@pytest.mark.django_db
def test_what_an_admin_writes_is_kept_with_lf(client):
    campaign = make_campaign()
    client.force_login(make_member(campaign, "owner"))
    client.post(reverse("campaign-principles", args=[campaign.slug]), {"text": "One.\r\nTwo."})
    assert Principle.objects.get().text == "One.\nTwo."


@pytest.mark.django_db
@pytest.mark.parametrize("sent", ["a\r\nb\rc", "a\nb\nc"])
def test_what_is_posted_over_rest_is_kept_with_lf(client, sent):
    campaign = make_campaign()
    client.force_login(make_member(campaign, "engineer"))
    client.post(
        reverse("api-queries", args=[campaign.slug]),
        {"text": sent, "reference": sent},
        content_type="application/json",
    )
    assert Query.objects.values_list("text", "reference").get() == ("a\nb\nc", "a\nb\nc")
