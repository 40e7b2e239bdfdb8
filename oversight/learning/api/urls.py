"""Addresses of these over REST, below /api/v1/."""

from django.urls import path

from oversight.learning.api import replacing, runs, versions

ONE = "campaigns/<slug:slug>/"
RUNS = f"{ONE}training-runs/"

urlpatterns = [
    path(
        f"{ONE}learner-versions/", versions.LearnerVersions.as_view(), name="api-learner-versions"
    ),
    path(
        f"{ONE}critic-and-people/",
        replacing.CriticAndPeople.as_view(),
        name="api-critic-and-people",
    ),
    path(RUNS, runs.TrainingRunList.as_view(), name="api-training-runs"),
    path(f"{RUNS}<int:run_id>/", runs.TrainingRunDetail.as_view(), name="api-training-run"),
    path(f"{RUNS}<int:run_id>/stop/", runs.TrainingRunStop.as_view(), name="api-training-run-stop"),
    path(f"{ONE}evaluations/", runs.EvaluationList.as_view(), name="api-evaluations"),
    path(
        f"{ONE}evaluations/<int:evaluation_id>/",
        runs.EvaluationDetail.as_view(),
        name="api-evaluation",
    ),
]
