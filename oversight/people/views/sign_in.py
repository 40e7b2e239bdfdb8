"""Signing in, and a new password for who forgot theirs."""

from typing import Any, cast

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.contrib.auth.views import (
    INTERNAL_RESET_SESSION_TOKEN,
    LoginView,
    PasswordResetConfirmView,
)
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from oversight.models import User
from oversight.people.forms import ForgottenForm
from oversight.people.policies.sign_in import WINDOW_SECONDS
from oversight.people.services.audit import address_of
from oversight.people.services.mail import can_mail
from oversight.people.services.passwords import ask_for_password, replace_password
from oversight.people.services.sign_in import TooManyTries, begin_try
from oversight.people.services.signed_in import note_sign_in
from oversight.people.views.access import GET_OR_POST, PersonRequest

SENT = (
    "If an account here has that address, a link is on its way to it. It can be used for an hour. "
    "Nothing came? Look among what your mailbox took for advertising."
)


class SignIn(LoginView):
    """Sign in; 429 says that an address has tried too often. A second factor comes after it."""

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        return cast(
            HttpResponse,
            perform_login(self.request, form.get_user(), redirect_url=self.get_success_url()),
        )

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_invalid(form)
        if form.has_error(NON_FIELD_ERRORS, "too_many_tries"):
            return _wait(response)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"sign_on": settings.OIDC_APP}


def remember_session(request: PersonRequest) -> None:
    """Let the person see on their account page that they are signed in here."""
    note_sign_in(
        user=request.user,
        session_key=request.session.session_key or "",
        address=address_of(request),
        browser=request.headers.get("User-Agent", ""),
    )


@require_http_methods(GET_OR_POST)
@never_cache
def password_forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for the address; POST has a link sent to it, and says the same whoever's it is."""
    page, form = "oversight/people/sign_in/forgotten.html", ForgottenForm(request.POST or None)
    if request.method != "POST" or not can_mail() or not form.is_valid():
        context = {"form": form, "can_mail": can_mail()}
        return render(request, page, context, status=422 if form.errors else 200)
    email = form.cleaned_data["email"]
    try:
        begin_try(username=email, address=address_of(request))
    except TooManyTries:
        form.add_error(None, f"Too many tries. Try again in {WINDOW_SECONDS // 60} minutes.")
        return _wait(render(request, page, {"form": form, "can_mail": True}))
    ask_for_password(email=email, site=f"{request.scheme}://{request.get_host()}")
    messages.success(request, SENT)
    return redirect("login")


class NewPassword(PasswordResetConfirmView):
    """Where the link leads: choose a password, and sign in with it."""

    template_name = "oversight/people/sign_in/new_password.html"

    def form_valid(self, form: "SetPasswordForm[User]") -> HttpResponse:
        replace_password(user=form.user, password=form.cleaned_data["new_password1"])
        del self.request.session[INTERNAL_RESET_SESSION_TOKEN]
        messages.success(
            self.request,
            "Your password is replaced. You are signed out everywhere: sign in with the new one.",
        )
        return redirect("login")


def _wait(response: HttpResponse) -> HttpResponse:
    response.status_code = 429
    response["Retry-After"] = str(WINDOW_SECONDS)
    return response
