"""Addresses of how people do."""

from django.urls import path

from annotate.team import views

ONE = "people/<slug:slug>/"

urlpatterns = [
    path(ONE, views.people, name="people"),
    path(f"{ONE}me/", views.me, name="me"),
    path(f"{ONE}work.csv", views.work_file, name="work-file"),
    path(f"{ONE}<int:person_id>/", views.person, name="person"),
    path(f"{ONE}<int:person_id>/pause/", views.pause, name="person-pause"),
    path(f"{ONE}<int:person_id>/resume/", views.resume, name="person-resume"),
]
