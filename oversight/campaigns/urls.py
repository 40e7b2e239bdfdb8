"""Addresses of a campaign's settings and of its constitution."""

from django.urls import path

from oversight.campaigns.views import principles, settings

ONE = "campaigns/<slug:slug>/"

urlpatterns = [
    path("campaigns/new/", settings.campaign_new, name="campaign-new"),
    path(f"{ONE}settings/", settings.campaign_edit, name="campaign-edit"),
    path(f"{ONE}settings/<slug:key>/", settings.settings_group, name="settings-group"),
    path(f"{ONE}principles/", principles.principles, name="campaign-principles"),
    path(f"{ONE}principles/<int:principle_id>/", principles.change, name="principle-change"),
    path(f"{ONE}principles/<int:principle_id>/retire/", principles.retire, name="principle-retire"),
]
