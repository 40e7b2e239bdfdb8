"""Addresses of signing in, of one's own account, and of a campaign's people."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from oversight.people.views import account, audit, invitations, members

ONE = "campaigns/<slug:slug>/"

urlpatterns = [
    path("accounts/login/", account.SignIn.as_view(), name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("account/", account.account, name="account"),
    path("account/token/", account.token_new, name="account-token"),
    path("account/token/<int:token_id>/delete/", account.token_delete, name="account-token-delete"),
    path(
        "account/sessions/<int:signed_in_id>/end/", account.session_end, name="account-session-end"
    ),
    path("account/password/", account.password, name="account-password"),
    path(f"{ONE}audit-log/", audit.audit_log, name="audit-log"),
    path("invitations/<str:token>/", invitations.join, name="join"),
    path(f"{ONE}invitations/", invitations.invitations, name="campaign-invitations"),
    path(
        f"{ONE}invitations/<int:invitation_id>/revoke/",
        invitations.revoke,
        name="invitation-revoke",
    ),
    path(f"{ONE}roles/", members.roles, name="campaign-roles"),
    path(f"{ONE}members/", members.members, name="campaign-members"),
    path(f"{ONE}members/<int:member_id>/remove/", members.remove, name="member-remove"),
]
