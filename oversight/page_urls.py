from django.contrib.auth.views import LogoutView
from django.urls import path

from oversight.campaigns.views import principles, settings
from oversight.data.views import queries
from oversight.learning.views import training
from oversight.loop import views as rounds
from oversight.pages.views import campaign, home, items
from oversight.people.views import account, members
from oversight.versions import views as models

ONE = "campaigns/<slug:slug>/"

urlpatterns = [
    path("", home.home, name="home"),
    path("accounts/login/", account.SignIn.as_view(), name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("account/", account.account, name="account"),
    path("account/token/", account.token_new, name="account-token"),
    path("account/token/delete/", account.token_delete, name="account-token-delete"),
    path("account/password/", account.password, name="account-password"),
    path("campaigns/new/", settings.campaign_new, name="campaign-new"),
    path(ONE, campaign.campaign, name="campaign"),
    path(f"{ONE}preferences.jsonl", campaign.preferences, name="campaign-preferences"),
    path(f"{ONE}settings/", settings.campaign_edit, name="campaign-edit"),
    path(f"{ONE}principles/", principles.principles, name="campaign-principles"),
    path(f"{ONE}principles/<int:principle_id>/", principles.change, name="principle-change"),
    path(f"{ONE}principles/<int:principle_id>/retire/", principles.retire, name="principle-retire"),
    path(f"{ONE}models/", models.models, name="campaign-models"),
    path(f"{ONE}models/<slug:role>/", models.change, name="model-change"),
    path(f"{ONE}models/<slug:role>/remove/", models.remove, name="model-remove"),
    path(f"{ONE}versions/<int:version_id>/activate/", models.activate, name="version-activate"),
    path(f"{ONE}members/", members.members, name="campaign-members"),
    path(f"{ONE}members/<int:member_id>/remove/", members.remove, name="member-remove"),
    path(f"{ONE}queries/", queries.queries, name="campaign-queries"),
    path(f"{ONE}queries/add/", queries.add, name="queries-add"),
    path(f"{ONE}queries/upload/", queries.upload, name="queries-upload"),
    path(f"{ONE}items/", items.items, name="campaign-items"),
    path(f"{ONE}items/upload/", items.upload, name="items-upload"),
    path(f"{ONE}rounds/start/", rounds.start, name="round-start"),
    path(f"{ONE}rounds/update/", rounds.update, name="round-update"),
    path(f"{ONE}rounds/<int:number>/", rounds.round_page, name="round"),
    path(f"{ONE}rounds/<int:number>/close-review/", rounds.close_review, name="round-close-review"),
    path(f"{ONE}rounds/<int:number>/retry/", rounds.retry, name="round-retry"),
    path(f"{ONE}rounds/<int:number>/cancel/", rounds.cancel, name="round-cancel"),
    path(f"{ONE}runs/<int:run_id>/", training.training_run, name="training-run"),
    path(f"{ONE}runs/<int:run_id>/cancel/", training.cancel, name="training-run-cancel"),
]
