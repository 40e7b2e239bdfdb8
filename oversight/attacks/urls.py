"""Addresses of the map of weaknesses and of what people find."""

from django.urls import path

from oversight.attacks import views

ONE = "campaigns/<slug:slug>/"

urlpatterns = [
    path(f"{ONE}weaknesses/", views.weaknesses, name="weaknesses"),
    path(f"{ONE}weaknesses.csv", views.weaknesses_csv, name="weaknesses-csv"),
    path(f"{ONE}weaknesses/<int:proposal_id>/", views.decide, name="weakness-decide"),
    path(f"{ONE}queries/<int:query_id>/finding/", views.finding, name="attack-finding"),
]
