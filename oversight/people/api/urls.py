"""Addresses of these over REST, below /api/v1/."""

from django.urls import path

from oversight.people.api.audit import AuditLog
from oversight.people.api.members import MemberDetail, MemberList
from oversight.people.api.notifications import NotificationList, NotificationsRead

MEMBERS = "campaigns/<slug:slug>/members/"

urlpatterns = [
    path("campaigns/<slug:slug>/audit-log/", AuditLog.as_view(), name="api-audit-log"),
    path("notifications/", NotificationList.as_view(), name="api-notifications"),
    path("notifications/read/", NotificationsRead.as_view(), name="api-notifications-read"),
    path(MEMBERS, MemberList.as_view(), name="api-members"),
    path(f"{MEMBERS}<int:member_id>/", MemberDetail.as_view(), name="api-member"),
]
