"""Addresses of these over REST, below /api/v1/."""

from django.urls import path

from oversight.feedback.api.judgements import JudgementDetail, JudgementList

JUDGEMENTS = "campaigns/<slug:slug>/judgements/"

urlpatterns = [
    path(JUDGEMENTS, JudgementList.as_view(), name="api-judgements"),
    path(f"{JUDGEMENTS}<int:judgement_id>/", JudgementDetail.as_view(), name="api-judgement"),
]
