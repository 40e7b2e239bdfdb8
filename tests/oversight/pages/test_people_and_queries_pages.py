"""People and queries are added in the browser."""

import pytest
from django.urls import reverse

from oversight.models import (
    CampaignMember,
    Query,
)
from tests.factories import make_member, make_query, make_user

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(name, args=["maths", *args])


def told(response):
    return " ".join(str(message) for message in response.context["messages"])


def test_people_are_added_and_removed(admin, campaign):
    make_user("olga")
    admin.post(url("campaign-members"), {"username": "olga", "role": "engineer"})
    member = CampaignMember.objects.get(user__username="olga")
    assert member.role == "engineer"
    admin.post(url("member-remove", member.pk))
    assert not CampaignMember.objects.filter(pk=member.pk).exists()


@pytest.mark.fault("workbench")
def test_removing_a_person_is_asked_once(admin, campaign):
    member = CampaignMember.objects.get(
        user=make_member(campaign, "engineer", make_user("olga")), role="engineer"
    )
    html = admin.get(url("member-remove", member.pk)).content.decode()
    assert "olga will no longer be engineer of this campaign" in html
    assert CampaignMember.objects.filter(pk=member.pk).exists()
    assert url("member-remove", member.pk) in admin.get(url("campaign-members")).content.decode()


@pytest.mark.parametrize("username", ["nobody", "away", "here", ""])
def test_a_person_who_cannot_be_added_is_said_beside_the_name(admin, campaign, username):
    make_user("away", is_active=False)
    make_member(campaign, "engineer", make_user("here"))
    response = admin.post(url("campaign-members"), {"username": username, "role": "engineer"})
    assert response.status_code == 422
    assert "username" in response.context["form"].errors


def test_the_last_owner_stays(admin, campaign):
    last = CampaignMember.objects.get(campaign=campaign, role="owner")
    response = admin.post(url("member-remove", last.pk), follow=True)
    assert "last owner" in told(response)


def paste(**changes):
    data = {"queries": "One?\n\nTwo?", "node": "", "held_out_share": "0"} | changes
    return {f"paste-{name}": value for name, value in data.items()}


def test_queries_are_pasted(admin, campaign):
    make_query(campaign, "One?")
    response = admin.post(url("queries-add"), paste(node="kind"), follow=True)
    query = Query.objects.get(text="Two?")
    assert (query.origin, query.node) == ("person", "kind")
    assert "1 query was added. 1 was left out" in told(response)


@pytest.mark.fault("identity")
def test_pasted_lines_are_kept_as_they_are(admin, campaign):
    lines = ["  if a:", "2⁵\u2028- 5", "Polish ", "polish"]
    admin.post(url("queries-add"), paste(queries="\r\n".join(lines)))
    assert list(Query.objects.order_by("pk").values_list("text", flat=True)) == lines


@pytest.mark.fault("identity")
def test_pasted_lines_that_contradict_are_said(admin, campaign):
    make_query(campaign, "Two?", node="sums")
    response = admin.post(url("queries-add"), paste(node="maths"), follow=True)
    assert "Line 3: the kind stays “sums”, this line says “maths”." in told(response)


@pytest.mark.parametrize(
    "changes",
    [
        {"queries": " \n "},
        {"queries": "a\0b"},
        {"queries": "\n".join(map(str, range(1001)))},
        {"queries": "a" * 100_001},
        {"held_out_share": "91"},
        {"held_out_share": "nan"},
        {"node": "n" * 201},
    ],
)
def test_what_cannot_be_pasted_is_refused(admin, campaign, changes):
    assert admin.post(url("queries-add"), paste(**changes)).status_code == 422
    assert not Query.objects.exists()


def test_references_are_never_shown(admin, campaign):
    make_query(campaign, "One?", reference="SECRET")
    html = admin.get(url("campaign-queries")).content.decode()
    assert "One?" in html
    assert "SECRET" not in html


def test_the_list_of_queries_costs_the_same_however_long(
    admin, campaign, django_assert_max_num_queries
):
    for _ in range(60):
        make_query(campaign)
    with django_assert_max_num_queries(9):
        html = admin.get(url("campaign-queries")).content.decode()
    assert 'rel="next"' in html
