"""Addresses of signing in, of one's own account, and of a campaign's people."""

from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.decorators.http import require_http_methods

from oversight.people.views import (
    account,
    audit,
    factors,
    invitations,
    members,
    notifications,
    sign_in,
    single_sign_on,
)
from oversight.people.views.access import GET_OR_POST

ONE = "campaigns/<slug:slug>/"

# Where more names stand the first is ours, the others those by which django-allauth leads there.
SIGNING_IN = [
    *(
        path(
            "accounts/login/",
            require_http_methods(GET_OR_POST)(sign_in.SignIn.as_view()),
            name=name,
        )
        for name in ("login", "account_login")
    ),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("accounts/password/", sign_in.password_forgotten, name="password-forgotten"),
    path(
        "accounts/password/<str:uidb64>/<str:token>/",
        require_http_methods(GET_OR_POST)(sign_in.NewPassword.as_view()),
        name="password-new",
    ),
    path("accounts/second-factor/", factors.second_factor, name="mfa_authenticate"),
    path("accounts/passkey/", factors.passkey_alone, name="mfa_login_webauthn"),
    path("accounts/again/", factors.password_again, name="account_reauthenticate"),
    path("accounts/again/code/", factors.code_again, name="mfa_reauthenticate"),
    path("accounts/again/passkey/", factors.passkey_again, name="mfa_reauthenticate_webauthn"),
    path("accounts/sso/", single_sign_on.begin, name="sso"),
    path("accounts/sso/callback/", single_sign_on.callback, name="sso-callback"),
    path("accounts/sso/cancelled/", single_sign_on.cancelled, name="socialaccount_login_cancelled"),
]
WAYS_IN = [
    path("account/sso/end/", single_sign_on.end, name="sso-end"),
    path("account/address/", factors.address, name="account_email"),
    path("account/address/<str:key>/", factors.address_confirm, name="account_confirm_email"),
    path("account/app/", factors.app_add, name="mfa_activate_totp"),
    path("account/app/remove/", factors.app_remove, name="mfa_deactivate_totp"),
    path("account/passkeys/", factors.passkey_add, name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/remove/", factors.passkey_remove, name="mfa_remove_webauthn"),
    path("account/codes/", factors.codes_show, name="mfa_view_recovery_codes"),
    path("account/codes/new/", factors.codes_new, name="mfa_generate_recovery_codes"),
]

urlpatterns = [
    *SIGNING_IN,
    *(
        path("account/", account.account, name=name)
        for name in ("account", "mfa_index", "mfa_list_webauthn")
    ),
    *WAYS_IN,
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/read/", notifications.read_all, name="notifications-read"),
    path("notifications/<int:notification_id>/", notifications.open_one, name="notification-open"),
    path("notifications/choices/", notifications.choices, name="notification-choices"),
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
    path(f"{ONE}members/<int:member_id>/", members.change, name="member-change"),
    path(f"{ONE}members/<int:member_id>/remove/", members.remove, name="member-remove"),
]
