"""What one signs in with besides a password: django-allauth's pages in our looks."""

from typing import Any

from allauth.account.forms import AddEmailForm
from allauth.account.models import EmailAddress
from allauth.account.views import ConfirmEmailView, EmailView, ReauthenticateView
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django.views.generic import View

from oversight.people.services.factors import trust_address
from oversight.people.services.mail import can_mail
from oversight.people.views.access import GET_OR_POST, PersonRequest, person_required

FOLDER = "oversight/people/sign_in"


def _page(view: type[View], template: str, **words: Any) -> Any:
    """Return a view of allauth's with a template of ours; `words` are what that one asks for."""
    ready = view.as_view(template_name=f"{FOLDER}/{template}.html", extra_context=words)
    return require_http_methods(GET_OR_POST)(never_cache(ready))


def _own_page(view: type[View], template: str, **words: Any) -> Any:
    """The same for who is signed in."""
    return require_http_methods(GET_OR_POST)(person_required(_page(view, template, **words)))


second_factor = _page(factors.AuthenticateView, "second_factor")
passkey_alone = never_cache(require_http_methods(GET_OR_POST)(passkeys.LoginWebAuthnView.as_view()))

AGAIN = "What follows concerns how you sign in. Show once more that it is you."
password_again = _page(
    ReauthenticateView, "again", title="Your password, please", about=AGAIN, button="Go on"
)
code_again = _page(
    factors.ReauthenticateView, "again", title="A code, please", about=AGAIN, button="Go on"
)
passkey_again = _page(
    passkeys.ReauthenticateWebAuthnView,
    "again",
    title="Your passkey, please",
    about=AGAIN,
    button="Show the passkey",
    passkey="get",
)

app_add = _own_page(app.ActivateTOTPView, "app_add")
app_remove = _own_page(
    app.DeactivateTOTPView,
    "ask",
    title="Sign in without the app",
    about="No code of it is asked for any more. Without a passkey your recovery codes go, too.",
    button="Remove the app",
)
passkey_add = _own_page(passkeys.AddWebAuthnView, "passkey_add")
passkey_remove = _own_page(
    passkeys.RemoveWebAuthnView,
    "ask",
    title="Remove a passkey",
    about="It is of no use here any more. Your device may go on keeping it: remove it there, too.",
    button="Remove the passkey",
)
codes_new = _own_page(
    codes.GenerateRecoveryCodesView,
    "ask",
    title="New recovery codes",
    about="You get ten codes, each of which gets you in once without your app or passkey. Those "
    "that you have now are of no use any more.",
    button="Make new codes",
)
codes_show = require_safe(_own_page(codes.ViewRecoveryCodesView, "codes"))
address_confirm = _page(ConfirmEmailView, "address_confirm")
_address = _page(EmailView, "address")


@never_cache
@require_http_methods(GET_OR_POST)
@person_required
def address(request: PersonRequest) -> HttpResponse:
    """The address that a new password and news go to; it counts once its owner followed a link."""
    if request.method == "POST" and can_mail():
        trust_address(user=request.user)
        answer: HttpResponse = _address(request)
        return answer
    context = {
        "form": AddEmailForm(user=request.user) if can_mail() else None,
        "new_emailaddress": EmailAddress.objects.get_new(request.user),
    }
    return render(request, f"{FOLDER}/address.html", context)
