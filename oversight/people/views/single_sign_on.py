"""Signing in by somebody else's word: to the provider, and back from it."""

from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from redis.exceptions import RedisError
from requests import RequestException

from oversight.people.entrance.single_sign_on import SignedTokens
from oversight.people.services.factors import disconnect
from oversight.people.views.access import PersonRequest, person_required, tell_outcome


@require_POST
@never_cache
def begin(request: HttpRequest) -> HttpResponse:
    """Lead to the provider by a page of ours: a form may lead nowhere else (form-action)."""
    answer = _asked(request, OAuth2LoginView)
    if settings.OIDC_APP and 300 <= answer.status_code < 400:
        context = {"address": answer["Location"], "name": settings.OIDC_APP["name"]}
        return render(request, "oversight/people/sign_in/leading_on.html", context)
    return answer


@require_safe
@never_cache
def callback(request: HttpRequest) -> HttpResponse:
    """Where the provider sends people back to, signed in there or not."""
    return _asked(request, OAuth2CallbackView)


@require_POST
@person_required
def end(request: PersonRequest) -> HttpResponse:
    """Disconnect one's account from the provider's."""
    tell_outcome(
        request, lambda: disconnect(user=request.user), "Your account is not connected now."
    )
    return redirect("account")


@require_safe
def cancelled(request: HttpRequest) -> HttpResponse:
    reason = "You went back without signing in."
    return render(request, "oversight/people/sign_in/refused.html", {"reason": reason})


def _asked(
    request: HttpRequest, view: type[OAuth2LoginView] | type[OAuth2CallbackView]
) -> HttpResponse:
    """Let django-allauth answer; a provider that is away or talks nonsense is told on a page."""
    if not settings.OIDC_APP:
        raise Http404("no single sign-on here")
    adapter = SignedTokens(request, settings.OIDC_APP["provider_id"])
    try:
        answer: HttpResponse = view.adapter_view(adapter)(request)
    except (RedisError, RequestException, KeyError, TypeError, ValueError):
        reason = f"{settings.OIDC_APP['name']} does not answer as it should. Try again later."
        context = {"reason": reason}
        return render(request, "oversight/people/sign_in/refused.html", context, status=502)
    return answer
