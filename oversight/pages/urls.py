"""Addresses of the pages that draw on several areas."""

from django.urls import path

from oversight.pages.views import (
    acts,
    browser,
    campaign,
    downloads,
    home,
    item,
    known,
    metrics,
    new,
    put_in,
    query,
    saved_views,
    system,
    words,
)

ONE = "campaigns/<slug:slug>/"

urlpatterns = [
    path("", home.home, name="home"),
    path("words/", words.words, name="words"),
    path("system/", system.system, name="system"),
    path("metrics", metrics.metrics, name="metrics"),
    path("campaigns/new/", new.campaign_new, name="campaign-new"),
    path(ONE, campaign.campaign, name="campaign"),
    path(f"{ONE}rounds.csv", campaign.story_csv, name="campaign-story-csv"),
    path(f"{ONE}preferences.jsonl", campaign.preferences, name="campaign-preferences"),
    path(f"{ONE}items/", browser.items, name="campaign-items"),
    path(f"{ONE}items/answers/", browser.answers, name="campaign-answers"),
    path(f"{ONE}items/views/", saved_views.save, name="view-save"),
    path(f"{ONE}items/views/<int:view_id>/forget/", saved_views.forget, name="view-forget"),
    path(f"{ONE}items/known/", known.known, name="known-answers"),
    path(f"{ONE}items/upload/", known.upload, name="items-upload"),
    path(f"{ONE}items/<int:item_id>/", item.item, name="item"),
    path(f"{ONE}queries/<int:query_id>/", query.query, name="query"),
    path(f"{ONE}responses/<int:response_id>/error/", put_in.put_in, name="put-in"),
    path(f"{ONE}items/acts/", acts.choose, name="acts-choose"),
    path(f"{ONE}items/acts/do/", acts.do, name="acts-do"),
    path(f"{ONE}items/acts/<int:act_id>/", acts.act, name="act"),
    path(f"{ONE}items/download/<str:file>", downloads.download, name="items-download"),
    path(f"{ONE}versions/<int:version_id>/labels/", item.labels, name="version-labels"),
]
