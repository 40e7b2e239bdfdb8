"""Addresses of these over REST, below /api/v1/."""

from django.urls import path

from oversight.models import Role
from oversight.versions.api.versions import (
    RoleEmpty,
    VersionActivate,
    VersionDetail,
    VersionList,
)

VERSIONS = "campaigns/<slug:slug>/versions/"

urlpatterns = [
    path(VERSIONS, VersionList.as_view(), name="api-versions"),
    path(f"{VERSIONS}<int:version_id>/", VersionDetail.as_view(), name="api-version"),
    path(
        f"{VERSIONS}<int:version_id>/activate/",
        VersionActivate.as_view(),
        name="api-version-activate",
    ),
    *(
        path(
            f"campaigns/<slug:slug>/at-work/{role}/remove/",
            RoleEmpty.as_view(),
            {"role": role},
            name=f"api-at-work-{role}-remove",
        )
        for role in (Role.ATTACKER.value, Role.CRITIC.value)
    ),
]
