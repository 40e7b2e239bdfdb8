"""Addresses of these over REST, below /api/v1/."""

from django.urls import path

from oversight.loop.api import candidates, rounds, starts

ROUNDS = "campaigns/<slug:slug>/rounds/"
ONE = f"{ROUNDS}<int:number>/"

urlpatterns = [
    path(ROUNDS, rounds.RoundList.as_view(), name="api-rounds"),
    path(f"{ROUNDS}update/", rounds.RoundUpdate.as_view(), name="api-round-update"),
    path(
        "campaigns/<slug:slug>/candidates/",
        candidates.CandidateList.as_view(),
        name="api-candidates",
    ),
    path(
        "campaigns/<slug:slug>/versions/<int:version_id>/compare/",
        candidates.VersionCompare.as_view(),
        name="api-version-compare",
    ),
    path(
        "campaigns/<slug:slug>/attack-starts/",
        starts.AttackStarts.as_view(),
        name="api-attack-starts",
    ),
    path(ONE, rounds.RoundDetail.as_view(), name="api-round"),
    path(f"{ONE}close-review/", rounds.RoundCloseReview.as_view(), name="api-round-close-review"),
    path(f"{ONE}retry/", rounds.RoundRetry.as_view(), name="api-round-retry"),
    path(f"{ONE}move/", rounds.RoundMove.as_view(), name="api-round-move"),
    path(f"{ONE}cancel/", rounds.RoundCancel.as_view(), name="api-round-cancel"),
]
