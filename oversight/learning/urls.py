"""Addresses of training runs."""

from django.urls import path

from oversight.learning.views import attackers, critics, replacing, training, versions

ONE = "campaigns/<slug:slug>/"

urlpatterns = [
    path(f"{ONE}attacker/", attackers.show_attacker_versions, name="attacker-versions"),
    path(f"{ONE}critic/", critics.show_critic_versions, name="critic-versions"),
    path(f"{ONE}critic/people/", replacing.show_replacing, name="critic-replacing"),
    path(f"{ONE}critic/people.csv", replacing.replacing_csv, name="critic-replacing-csv"),
    path(f"{ONE}learner/", versions.learner_versions, name="learner-versions"),
    path(f"{ONE}runs/<int:run_id>/", training.training_run, name="training-run"),
    path(f"{ONE}runs/<int:run_id>/cancel/", training.cancel, name="training-run-cancel"),
]
