"""One's own account: what one signs in with, where one is signed in, the tokens of programs."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from oversight.errors import OversightError
from oversight.models import ApiToken
from oversight.people.forms import TokenForm
from oversight.people.policies.browsers import browser_words
from oversight.people.selectors.signed_in import sessions_of
from oversight.people.selectors.ways_in import ways_in
from oversight.people.services.accounts import change_password
from oversight.people.services.mail import can_mail
from oversight.people.services.signed_in import end_session, note_new_key
from oversight.people.services.tokens import delete_token, make_token
from oversight.people.views.access import PersonRequest, person_required, tell_outcome


@require_safe
@never_cache
@person_required
def account(request: PersonRequest) -> HttpResponse:
    return _page(request, _password_form(request))


@require_POST
@never_cache
@person_required
def token_new(request: PersonRequest) -> HttpResponse:
    """Make a token and show it in the answer to this POST, and never again."""
    form = TokenForm(request.POST)
    if form.is_valid():
        try:
            token = make_token(user=request.user, **form.cleaned())
            return _page(request, _password_form(request), shown_token=token)
        except OversightError as error:
            form.add_error("name", f"Not made: {error}.")
    return _page(request, _password_form(request), token_form=form, status=422)


@require_POST
@person_required
def token_delete(request: PersonRequest, token_id: int) -> HttpResponse:
    tell_outcome(
        request,
        lambda: delete_token(user=request.user, token_id=token_id),
        "The token is of no use any more.",
    )
    return redirect("account")


@require_POST
@person_required
def session_end(request: PersonRequest, signed_in_id: int) -> HttpResponse:
    tell_outcome(
        request,
        lambda: end_session(user=request.user, signed_in_id=signed_in_id),
        "You are signed out there.",
    )
    return redirect("account")


@sensitive_post_parameters()
@require_POST
@never_cache
@person_required
def password(request: PersonRequest) -> HttpResponse:
    form = _password_form(request, request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    change_password(user=request.user, password=form.cleaned_data["new_password1"])
    before = request.session.session_key or ""
    update_session_auth_hash(request, request.user)
    note_new_key(old=before, new=request.session.session_key or "")
    messages.success(
        request,
        "Your password is changed. You are signed out elsewhere; the tokens that you had are ended.",
    )
    return redirect("account")


def _password_form(request: PersonRequest, data: QueryDict | None = None) -> PasswordChangeForm:
    form = PasswordChangeForm(request.user, data)
    # The page is about more than the password: do not jump past the token.
    form.fields["old_password"].widget.attrs.pop("autofocus", None)
    return form


def _page(
    request: PersonRequest,
    form: PasswordChangeForm,
    *,
    token_form: TokenForm | None = None,
    shown_token: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "token_form": token_form or TokenForm(),
        "tokens": ApiToken.objects.filter(user=request.user),
        "shown_token": shown_token,
        "sessions": [(row, browser_words(row.browser)) for row in sessions_of(request.user)],
        "this_session": request.session.session_key,
        "ways_in": ways_in(request.user),
        "sign_on": settings.OIDC_APP,
        "can_mail": can_mail(),
    }
    return render(request, "oversight/people/account.html", context, status=status)
