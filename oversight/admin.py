"""Django's admin for looking things up. What is append-only can be read here and nothing else."""

from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import Model
from django.http import HttpRequest

from oversight import models
from oversight.people.services.audit import record_act

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
    _UserAdmin = UserAdmin[models.User]
else:  # the classes take their parameter in the stubs alone
    _ModelAdmin = admin.ModelAdmin
    _UserAdmin = UserAdmin

READ_ONLY: list[tuple[type[Model], list[str]]] = [
    (models.Acceptance, ["pk", "round", "version", "mode", "threshold", "pairs"]),
    (models.ActiveVersion, ["campaign", "role", "version"]),
    (models.Campaign, ["slug", "name", "created_at", "archived_at"]),
    (models.Comment, ["pk", "critique", "severity", "category", "quote_match"]),
    (models.CommentVerdict, ["pk", "comment", "verdict", "action", "created_at"]),
    (models.Critique, ["pk", "response", "version", "verdict", "p_flawed", "created_at"]),
    (models.Evaluation, ["pk", "campaign", "candidate", "baseline", "is_promoted"]),
    (models.Judgement, ["pk", "query", "source", "choice", "p_a_better", "created_at"]),
    (models.ModelAnswer, ["key", "unit", "created_at"]),
    (models.ModelServer, ["location", "state", "failures", "next_try", "in_flight", "answered_at"]),
    (models.ModelVersion, ["pk", "campaign", "role", "name", "revision", "backend"]),
    (models.Preference, ["pk", "campaign", "query", "source", "weight", "created_at"]),
    (models.Promotion, ["pk", "campaign", "role", "version", "reason", "created_at"]),
    (models.Query, ["pk", "campaign", "origin", "split", "node", "created_at"]),
    (models.Response, ["pk", "query", "version", "purpose", "finish_reason", "created_at"]),
    (models.ReviewItem, ["pk", "campaign", "kind", "state", "seats_free", "priority"]),
    (models.RewardModel, ["pk", "campaign", "round", "judged_by", "labels", "state"]),
    (models.Round, ["pk", "campaign", "number", "stage", "created_at", "finished_at"]),
    (models.RoundChange, ["pk", "round", "role", "former", "version", "stage", "created_at"]),
    (models.RoutingDecision, ["pk", "round", "outcome", "is_audit", "propensity"]),
    (models.ScheduledUpdate, ["pk", "campaign", "due_at", "round", "reason"]),
    (models.Snapshot, ["pk", "campaign", "sha256", "train_count", "created_at"]),
    (models.SourceReliability, ["pk", "round", "source", "method", "audited", "p_w", "p_l"]),
    (models.TrainingRun, ["pk", "campaign", "round", "state", "created_at"]),
    (models.WorkUnit, ["pk", "round", "stage", "index", "state", "attempts", "error"]),
    (models.Worker, ["name", "queues", "host", "pid", "code", "started_at", "seen_at"]),
]


class ReadOnlyAdmin(_ModelAdmin):
    """Services write; here one looks. Related rows are links, so that lists cost few queries."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _related(model: type[Model], columns: list[str]) -> list[str]:
    relations = {field.name for field in model._meta.get_fields() if field.many_to_one}
    return [column for column in columns if column in relations]


# What people sign in with is nobody else's to look at.
admin.site.unregister([Authenticator, SocialAccount, SocialApp, SocialToken])
for model, columns in READ_ONLY:
    options = {"list_display": columns, "list_select_related": _related(model, columns) or False}
    admin.site.register(model, type(f"{model.__name__}Admin", (ReadOnlyAdmin,), options))


@admin.register(models.User)
class PersonAdmin(_UserAdmin):
    """Accounts are made and changed here. Whether one is a program's is said when it is made, and

    never changed: what it has judged was written as a person's, or not.
    """

    list_display = ("username", "email", "is_simulated", "is_staff", "is_active")
    add_fieldsets = (
        *(_UserAdmin.add_fieldsets or ()),
        ("Not a person", {"fields": ("is_simulated",)}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: models.User | None = None) -> Any:
        return ("is_simulated",) if obj else ()

    def save_model(self, request: HttpRequest, obj: models.User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        act = models.Act.ACCOUNT_CHANGED if change else models.Act.ACCOUNT_MADE
        fields = [name.replace("_", " ") for name in form.changed_data if "password" not in name]
        record_act(act, person=obj.pk, fields=fields)
