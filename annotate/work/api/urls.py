"""Addresses of these over REST, below /api/v1/."""

from django.urls import path

from annotate.work.api import assignments

ONE = "assignments/<int:assignment_id>/"

urlpatterns = [
    path("campaigns/<slug:slug>/claim/", assignments.ClaimItem.as_view(), name="api-claim"),
    path(ONE, assignments.AssignmentDetail.as_view(), name="api-assignment"),
    path(f"{ONE}answer/", assignments.AnswerItem.as_view(), name="api-answer"),
    path(f"{ONE}skip/", assignments.SkipItem.as_view(), name="api-skip"),
    path(f"{ONE}flag/", assignments.FlagItem.as_view(), name="api-flag"),
]
