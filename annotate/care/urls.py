"""Addresses of consent, breaks, and one's own settings."""

from django.urls import path

from annotate.care.views import about, care, own_settings

urlpatterns = [
    path("care/<slug:slug>/", care.care, name="care"),
    path("care/<slug:slug>/consent/", care.consent, name="consent"),
    path("care/<slug:slug>/rest/", care.rest, name="rest"),
    path("about/<slug:slug>/", about.about, name="about"),
    path("settings/", own_settings.own_settings, name="settings"),
]
