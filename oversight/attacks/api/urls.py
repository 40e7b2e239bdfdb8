"""Addresses of these over REST, below /api/v1/."""

from django.urls import path

from oversight.attacks.api import proposals, weaknesses

ONE = "campaigns/<slug:slug>/"

urlpatterns = [
    path(f"{ONE}weaknesses/", weaknesses.Weaknesses.as_view(), name="api-weaknesses"),
    path(
        f"{ONE}weaknesses/proposals/", proposals.Proposals.as_view(), name="api-weakness-proposals"
    ),
    path(
        f"{ONE}weaknesses/proposals/<int:proposal_id>/",
        proposals.Proposal.as_view(),
        name="api-weakness-proposal",
    ),
    path(
        f"{ONE}queries/<int:query_id>/finding/",
        weaknesses.Finding.as_view(),
        name="api-attack-finding",
    ),
]
