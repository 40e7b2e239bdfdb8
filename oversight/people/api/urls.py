"""Addresses of these over REST, below /api/v1/."""

from django.urls import path

from oversight.people.api.members import MemberDetail, MemberList

MEMBERS = "campaigns/<slug:slug>/members/"

urlpatterns = [
    path(MEMBERS, MemberList.as_view(), name="api-members"),
    path(f"{MEMBERS}<int:member_id>/", MemberDetail.as_view(), name="api-member"),
]
