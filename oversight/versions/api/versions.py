"""Model versions over REST."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from oversight.models import ModelVersion, Role, Scope
from oversight.people.api import user_of
from oversight.people.api.views import CampaignRows, CampaignView
from oversight.people.policies.permissions import Permission
from oversight.rest.asking import Filters
from oversight.rest.scopes import Access
from oversight.rest.text import ReasonSerializer
from oversight.versions.api.serializers import (
    NewVersionSerializer,
    VersionSerializer,
    WhySerializer,
    as_form,
)
from oversight.versions.forms.models import ModelForm
from oversight.versions.services.choosing import change_model, try_again
from oversight.versions.services.promotion import remove_active
from oversight.versions.services.serving import put_back

WRITE = Access(Scope.CAMPAIGNS_WRITE, Permission.CHANGE_MODELS)


class VersionFilters(Filters):
    role = serializers.ChoiceField(choices=Role.choices)
    status = serializers.ChoiceField(
        choices=["active", "retired", "candidate", "trying", "refused"]
    )
    name = serializers.CharField()


class VersionList(CampaignRows):
    """Every version of the campaign's models, and the door to register one."""

    access = {"GET": Access(Scope.READ, Permission.SEE_CAMPAIGN), "POST": WRITE}
    serializer_class = VersionSerializer
    filter_class = VersionFilters

    def get_queryset(self) -> QuerySet[ModelVersion]:
        return versions_of(self).filter(**self.wanted)

    @extend_schema(request=NewVersionSerializer, responses={201: VersionSerializer})
    def post(self, request: Request, slug: str) -> HttpResponse:
        """Register a version. A worker tries it, and puts it to work in its role if it answers."""
        wanted = self.read(NewVersionSerializer)
        role, checked = wanted.pop("role"), checked_version(wanted)
        version = change_model(campaign=self.campaign, role=role, user=user_of(request), **checked)
        return self.show(versions_of(self).get(pk=version.pk), status=201)


class VersionDetail(CampaignView):
    """One version."""

    access = {"GET": Access(Scope.READ, Permission.SEE_CAMPAIGN)}
    serializer_class = VersionSerializer

    def get(self, request: Request, slug: str, version_id: int) -> HttpResponse:
        return self.show(get_object_or_404(versions_of(self), pk=version_id))


class VersionActivate(CampaignView):
    """A version that was at work before is put back to work; one that did not answer is tried again."""

    access = {"POST": WRITE}
    serializer_class = VersionSerializer

    @extend_schema(request=WhySerializer, responses={200: VersionSerializer})
    def post(self, request: Request, slug: str, version_id: int) -> HttpResponse:
        """Put it back to work. 409 where it never was, or is. A round under way keeps its own.

        One that was refused since it did not answer is tried once more by a worker first. One that
        is loaded on its servers at run time is at work once it is proven to answer there.
        """
        version = get_object_or_404(versions_of(self), pk=version_id)
        is_refused = str(version.status) == "refused"  # type: ignore[attr-defined]
        service = try_again if is_refused else put_back
        service(version=version, user=user_of(request), **self.read(WhySerializer))
        return self.show(versions_of(self).get(pk=version_id))


class RoleEmpty(CampaignView):
    """A role is left without a version at work."""

    access = {"POST": WRITE}

    @extend_schema(request=ReasonSerializer, responses={204: None})
    def post(self, request: Request, slug: str, role: str) -> Response:
        """Take away the one at work. 409 where none is. A learner is never taken away, only exchanged."""
        remove_active(
            campaign=self.campaign, role=role, user=user_of(request), **self.read(ReasonSerializer)
        )
        return Response(status=204)


def versions_of(view: CampaignView) -> QuerySet[ModelVersion]:
    rows = ModelVersion.objects.filter(campaign=view.campaign).with_status()
    return rows.select_related("trial", "delivery")


def checked_version(wanted: dict[str, Any]) -> dict[str, Any]:
    """Return what a version is made of. Raises ValidationError by field, as the page says it."""
    form = ModelForm(as_form(wanted))
    if not form.is_valid():
        raise ValidationError(
            {name: [str(each) for each in words] for name, words in form.errors.items()}
        )
    return form.wanted()
