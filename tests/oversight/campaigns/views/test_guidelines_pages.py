"""Guidelines with pictures, as managers see to them and as the campaign's people are shown them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from oversight.campaigns.policies.pictures import MOST_PICTURES
from oversight.campaigns.services.campaigns import create_campaign
from oversight.campaigns.services.pictures import add_picture
from oversight.errors import NotAPicture, WrongState
from oversight.models import GuidelinePicture
from oversight.models.groups.guidelines import MOST_PICTURE_BYTES
from tests.factories import make_campaign, make_member, make_user, set_settings
from tests.pictures import picture

pytestmark = pytest.mark.django_db
PNG = picture()


def url(name, *args):
    return reverse(name, args=["maths", *args])


def upload(admin, content, name="a.png"):
    return admin.post(url("campaign-guidelines"), {"file": SimpleUploadedFile(name, content)})


def test_a_picture_is_added_shown_and_removed(admin, campaign):
    assert upload(admin, PNG, "screen.exe").status_code == 302
    page = admin.get(url("campaign-guidelines")).content.decode()
    assert "![what it shows](picture:1)" in page
    assert upload(admin, PNG).status_code == 302
    assert campaign.pictures.count() == 1
    told = admin.post(url("guideline-picture-remove", 1), follow=True).content.decode()
    assert "Picture 1 is removed." in told
    assert not campaign.pictures.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>", "no PNG, JPEG, WebP or GIF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(8), "no PNG, JPEG, WebP or GIF"),
        (PNG + b"x" * MOST_PICTURE_BYTES, "At most 2 MiB"),
    ],
    ids=["svg", "beginning", "large"],
)
def test_what_is_none_is_refused_whatever_its_name(admin, campaign, content, words):
    refused = upload(admin, content)
    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert not campaign.pictures.exists()


def test_it_is_served_to_the_campaigns_people_as_what_it_is(campaign):
    add_picture(campaign=campaign, content=PNG)
    client = Client()
    client.force_login(make_member(campaign, "annotator"))
    shown = client.get(url("guideline-picture", 1))
    assert shown.content == PNG
    assert shown.headers["Content-Type"] == "image/png"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    known = {"If-None-Match": shown.headers["ETag"]}
    assert client.get(url("guideline-picture", 1), headers=known).status_code == 304
    client.force_login(make_user())
    assert client.get(url("guideline-picture", 1)).status_code == 404


def test_the_service_and_the_database_bound_it(campaign):
    with pytest.raises(NotAPicture):
        add_picture(campaign=campaign, content=b"words")
    with pytest.raises(IntegrityError), transaction.atomic():
        GuidelinePicture.objects.create(
            campaign=campaign, number=1, kind="image/png", content=b"x" * (MOST_PICTURE_BYTES + 1)
        )
    GuidelinePicture.objects.bulk_create(
        GuidelinePicture(campaign=campaign, number=number, kind="image/png", content=b"x")
        for number in range(MOST_PICTURES)
    )
    with pytest.raises(WrongState, match="at most 40"):
        add_picture(campaign=campaign, content=PNG)


def test_they_are_read_formatted_on_the_campaigns_page(admin, campaign):
    set_settings(campaign, guidelines="# Rules\n\n**Be right.** ![so](picture:1)")
    page = admin.get(url("campaign")).content.decode()
    assert "<h3>Rules</h3>" in page
    assert f'src="{url("guideline-picture", 1)}"' in page


def test_a_preview_shows_them_and_saves_nothing(admin, campaign):
    page = url("settings-group", "basics")
    sent = {"name": "Maths", "guidelines": "Be *right*.", "read": "1", "preview": "1"}
    shown = admin.post(page, sent)
    assert shown.status_code == 200
    assert "Be <em>right</em>." in shown.content.decode()
    campaign.refresh_from_db()
    assert (campaign.basics.guidelines, campaign.basics.number) == ("", 1)


def test_a_campaign_like_another_has_its_pictures_too(campaign):
    add_picture(campaign=campaign, content=PNG)
    made = create_campaign(
        created_by=make_user(is_staff=True), like=campaign, slug="second", name="Second"
    )
    assert bytes(made.pictures.get(number=1).content) == PNG
    assert not make_campaign().pictures.exists()


def test_no_number_of_a_picture_is_given_twice(admin, campaign):
    first, last = (add_picture(campaign=campaign, content=picture(width=width)) for width in (1, 2))
    for each in (last, first):
        admin.post(url("guideline-picture-remove", each.number))
    assert add_picture(campaign=campaign, content=PNG).number == 3


def test_a_copy_goes_on_from_the_numbers_of_what_it_is_like(admin, campaign):
    add_picture(campaign=campaign, content=PNG)
    admin.post(url("guideline-picture-remove", 1))
    copy = create_campaign(
        created_by=make_user(is_staff=True), name="Copy", slug="copy", like=campaign
    )
    assert add_picture(campaign=copy, content=PNG).number == 2


def test_what_one_did_stays_to_be_looked_at_once_the_campaign_is_finished(campaign):
    ada, browser = make_member(campaign), Client()
    browser.force_login(ada)
    campaign.finished_at = campaign.created_at
    campaign.save()
    for name in ("annotate:history", "annotate:me", "annotate:next"):
        assert browser.get(url(name)).status_code == 200
    assert "The campaign is finished" in browser.get(url("annotate:next")).text
    page = browser.get(url("campaign")).text
    assert f'href="{url("annotate:next")}"' not in page
