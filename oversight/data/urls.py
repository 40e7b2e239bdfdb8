"""Addresses where a campaign's data come in and go out, and by which others are told what happens."""

from django.urls import path

from oversight.data.hashes import SHA256
from oversight.data.views import audit_file, datasets, imports, queries, webhooks

ONE = "campaigns/<slug:slug>/"
HOOK = f"{ONE}webhooks/<int:webhook_id>/"

urlpatterns = [
    path(f"{ONE}queries/", queries.queries, name="campaign-queries"),
    path(f"{ONE}queries/add/", queries.add, name="queries-add"),
    path(f"{ONE}queries/upload/", queries.upload, name="queries-upload"),
    path(f"{ONE}webhooks/", webhooks.webhooks, name="webhooks"),
    path(f"{HOOK}", webhooks.webhook, name="webhook"),
    path(f"{HOOK}secret/", webhooks.rotate, name="webhook-rotate"),
    path(f"{HOOK}test/", webhooks.test, name="webhook-test"),
    path(f"{HOOK}replay/", webhooks.replay, name="webhook-replay"),
    path(f"{HOOK}at-work/", webhooks.set_at_work, name="webhook-at-work"),
    path(f"{HOOK}remove/", webhooks.remove, name="webhook-remove"),
    path(f"{ONE}data/", datasets.data, name="campaign-data"),
    path(f"{ONE}data/freeze/", datasets.freeze_page, name="campaign-freeze"),
    path(f"{ONE}data/snapshots/<{SHA256}:sha256>/", datasets.snapshot, name="campaign-snapshot"),
    path(f"{ONE}audit-log.<slug:ending>", audit_file.audit_file, name="audit-file"),
    path(f"{ONE}imports/<int:import_id>/", imports.show, name="import"),
    path(f"{ONE}imports/<int:import_id>/cancel/", imports.cancel, name="import-cancel"),
    path(
        f"{ONE}imports/<int:import_id>/refused.<slug:ending>",
        imports.refused,
        name="import-refused",
    ),
    path(f"{ONE}imports/samples/<slug:name>/", imports.sample, name="import-sample"),
]
