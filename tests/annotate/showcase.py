"""One campaign with something on every page: for the pictures and for the accessibility test."""

from dataclasses import dataclass
from uuid import uuid4

from django.urls import reverse
from django.utils import timezone

from annotate.card.earlier_answers import fields_of
from annotate.care.services import give_consent, note_reading
from annotate.models import (
    Assignment,
    Flag,
    FlagKind,
    QualificationAnswer,
    RedTeamChat,
    RedTeamTurn,
    TurnState,
)
from annotate.queue.services.leases import lease_next
from annotate.work.selectors.history import standing_annotation
from annotate.work.services.drafts import save_draft
from annotate.work.services.submissions import submit_annotation
from oversight.campaigns.services.pictures import add_picture
from oversight.campaigns.services.settings import change_settings
from oversight.data.selectors.frozen import Freeze
from oversight.data.services.snapshots import freeze
from oversight.models import (
    Campaign,
    Evaluation,
    ItemKind,
    MemberRole,
    Principle,
    Query,
    Role,
    Round,
    RunState,
    Snapshot,
    Stage,
    TrainingRun,
    UnitState,
    User,
    WorkUnit,
)
from oversight.people.services.notifications import notify
from tests.annotate.records import make_comment, make_critique
from tests.annotate.showcase_cards import card_path, hold, make_cards, make_pair, make_texts
from tests.annotate.showcase_failures import PAGES as FAILURE_PAGES
from tests.annotate.showcase_review import review_pages
from tests.annotate.showcase_trust import make_gold_answers, make_ratings, make_trust
from tests.factories import (
    make_campaign,
    make_item,
    make_member,
    make_query,
    make_response,
    make_user,
    make_version,
)
from tests.pictures import picture

SETTINGS = {
    "guidelines": "Prefer the response whose result is right.\nIf both are right, the shorter.",
    "content_warning": "Some queries ask how people are hurt.",
    "taxonomy": ["percentages", "irrelevant facts"],
    "harm_by_category": {"violence": "severe"},
    "is_red_teaming_open": True,
    "is_result_shown": True,
}


@dataclass
class Showcase:
    """`pages` are (name, who looks at it, path)."""

    admin: User
    person: User
    pages: list[tuple[str, User | None, str]]


def make_showcase() -> Showcase:
    admin = make_user("admin_of_all", is_staff=True)
    campaign = make_campaign(name="Word problems", slug="showcase", **SETTINGS)
    person = make_member(campaign, user=make_user("ada"))
    make_member(campaign, MemberRole.OWNER, admin)
    make_pair(campaign)
    cards = make_cards(campaign, person)
    history = _past(campaign, person)
    give_consent(user=person, campaign=campaign)
    pages = [
        ("sign-in", None, reverse("login")),
        *((f"card-{name}", person, card_path(row)) for name, row in cards.items()),
        ("diff", person, reverse("annotate:diff", args=[cards["pair"].pk])),
        *_people_pages(campaign, admin, person),
        *_around(admin, person, history),
        *_campaign_pages(campaign, admin, person),
        *review_pages(),
        ("missing", person, "/annotate/next/nowhere/"),
        ("forbidden", person, reverse("campaign-edit", args=[campaign.slug])),
        *FAILURE_PAGES,
    ]
    return Showcase(admin, person, pages)


def _past(campaign: Campaign, person: User) -> Campaign:
    """Another campaign, of which the person has judged something and flagged something."""
    past = make_campaign(name="Judged before", slug="judged", undo_minutes=600)
    make_member(past, user=person)
    for _ in range(2):
        make_pair(past)
        row = lease_next(user=person, campaign=past)
        assert row is not None
        values = {"choice": "a", "strength": 2, "verdicts": {}, "critiques_shown": []}
        submit_annotation(assignment=row, submission=uuid4(), rationale="Right.", **values)
    make_pair(past)
    note_reading(user=person, campaign=past)
    change_settings(campaign=past, guidelines="# Rules\n\n- **Right** first ![so](picture:1)")
    add_picture(campaign=past, content=picture())
    return past


def _people_pages(campaign, admin, person):
    """Gates: consent for whoever has not agreed, practice where it is asked for."""
    new = make_member(campaign, user=make_user("newcomer"))
    tried = make_campaign(
        name="With practice",
        slug="practice",
        qualification_items=2,
        harm_by_category={"violence": "severe"},
    )
    make_member(tried, user=person)
    gold = [
        make_pair(tried, kind=ItemKind.GOLD, expected="b", state="practice").item for _ in range(2)
    ]
    Query.objects.filter(pk=gold[1].query_id).update(node="violence")
    answer = QualificationAnswer.objects.create(
        user=person, campaign=tried, item=gold[0], choice="a", is_right=False, order_shown="ab"
    )
    flagged = hold(make_texts(campaign, "1", "2"), new)
    Flag.objects.create(assignment=flagged, kind=FlagKind.BROKEN, reason="Cut off.")
    return [
        ("consent", new, reverse("annotate:next", args=[campaign.slug])),
        ("practice", person, reverse("annotate:practice", args=[tried.slug])),
        ("feedback", person, reverse("annotate:practice-feedback", args=[tried.slug, answer.pk])),
        ("flags", admin, reverse("annotate:flags", args=[campaign.slug])),
        ("care", person, reverse("annotate:care", args=[campaign.slug])),
        ("red-team", person, reverse("annotate:red-team", args=[campaign.slug])),
        ("chat", person, reverse("annotate:chat", args=[_chat(campaign, person).pk])),
    ]


def _chat(campaign, person):
    learner = campaign.versions.filter(role=Role.LEARNER).first()
    critic = campaign.versions.filter(role=Role.CRITIC).first()
    chat = RedTeamChat.objects.create(
        campaign=campaign, user=person, learner=learner, critic=critic
    )
    query = make_query(campaign, "What is 15 % of 80?")
    response = make_response(query, "15 * 80 = 1200\n#### 1200")
    critique = make_critique(response, summary="The percent sign is ignored.", version=critic)
    make_comment(critique, "15 * 80 = 1200", severity="critical", explanation="Divide by 100.")
    RedTeamTurn.objects.create(
        chat=chat,
        number=1,
        text=query.text,
        query=query,
        response=response,
        state=TurnState.DONE,
    )
    return chat


def _around(admin, person, past):
    begun = _begin_correction(_submitted(person))
    return [
        ("home", person, reverse("annotate:home")),
        ("next", person, reverse("annotate:next", args=[past.slug])),
        ("history", person, reverse("annotate:history", args=[past.slug])),
        ("correct", person, reverse("annotate:correct", args=[begun.pk])),
        ("own-settings", person, reverse("annotate:settings")),
        ("account", person, reverse("account")),
        *_signing_in(admin, person, past),
        ("campaigns", admin, reverse("home")),
        ("campaign-new", admin, reverse("campaign-new")),
    ]


def _signing_in(admin, person, campaign):
    """What has to be shown once more stands before the page of the app."""
    make_member(campaign, MemberRole.OWNER, admin)
    url = reverse("campaign", args=[campaign.slug])
    notify(user=admin, kind="flag.raised", campaign=campaign, url=url, text="Somebody flagged it")
    return [
        ("password-forgotten", None, reverse("password-forgotten")),
        ("password-link-over", None, reverse("password-new", args=["x", "y"])),
        ("sign-in-again", person, reverse("mfa_activate_totp")),
        ("address", person, reverse("account_email")),
        ("news", admin, reverse("notifications")),
        ("news-choices", admin, reverse("notification-choices")),
    ]


def _begin_correction(submitted: Assignment) -> Assignment:
    """Leave a draft on the card: another answer than the one that stands."""
    standing = standing_annotation(submitted)
    assert standing is not None
    fields = {**fields_of(standing), "preference": "4"}
    save_draft(assignment=submitted, fields=list(fields.items()), version=0, corrects=standing.pk)
    return submitted


def _submitted(person: User) -> Assignment:
    return Assignment.objects.filter(annotator=person, state="submitted").latest("pk")


def _campaign_pages(campaign, admin, person):
    run = _round_and_run(campaign)
    make_trust(run.round, person)
    make_ratings(campaign, list(campaign.versions.filter(role=Role.CRITIC))[:2])
    make_gold_answers(campaign, person)
    frozen = freeze(campaign=campaign, asked=Freeze(), name="All of them")
    names = ["campaign", "campaign-edit", "campaign-principles", "campaign-models"]
    names += [
        "campaign-members",
        "campaign-queries",
        "queries-add",
        "campaign-data",
        "campaign-freeze",
        "campaign-items",
        "campaign-state",
        "campaign-delete",
        "campaign-guidelines",
    ]
    principle = Principle.objects.get(campaign=campaign, number=2)
    return [
        *((name, admin, reverse(name, args=[campaign.slug])) for name in names),
        ("principle", admin, reverse("principle-change", args=[campaign.slug, principle.pk])),
        ("model-change", admin, reverse("model-change", args=[campaign.slug, Role.LEARNER])),
        ("move", admin, reverse("campaign-move", args=[campaign.slug, "pause"])),
        ("activate", admin, reverse("version-activate", args=[campaign.slug, run.parent_id])),
        ("news", person, reverse("annotate:next", args=["judged"])),
        ("round", admin, reverse("round", args=[campaign.slug, 2])),
        ("round-past", admin, reverse("round", args=[campaign.slug, 1])),
        ("training-run", admin, reverse("training-run", args=[campaign.slug, run.pk])),
        ("snapshot", admin, reverse("campaign-snapshot", args=[campaign.slug, frozen.sha256])),
    ]


def _round_and_run(campaign: Campaign) -> TrainingRun:
    learner = campaign.versions.filter(role=Role.LEARNER).first()
    candidate = make_version(campaign, active=False, name="learner-1", parent=learner)
    now = timezone.now()
    past = Round.objects.create(
        campaign=campaign,
        number=1,
        stage=Stage.DONE,
        plan={"queries_per_round": 160, "loss": "sft"},
        seed=1,
        learner=learner,
        outcome="promoted: win-rate .71 (lower bound .63)",
        finished_at=now,
    )
    live = Round.objects.create(
        campaign=campaign,
        number=2,
        stage=Stage.REVIEW,
        plan={"queries_per_round": 160},
        seed=2,
        learner=learner,
    )
    WorkUnit.objects.bulk_create(
        WorkUnit(round=live, stage=stage, index=n, state=UnitState.DONE, finished_at=now)
        for stage in (Stage.ATTACK, Stage.RESPOND, Stage.CRITIQUE, Stage.ROUTE)
        for n in range(4)
    )
    # It waits for people, wherever a coordinator is about.
    make_item(campaign, round=live)
    Evaluation.objects.create(
        campaign=campaign,
        round=past,
        candidate=candidate,
        baseline=learner,
        is_promoted=True,
        metrics={"win_rate": 0.71, "lower_bound": 0.63, "distinct_2": 0.981, "tampered": None},
        reasons=["The lower bound of the win-rate, .63, is above one half."],
    )
    snapshot = Snapshot.objects.create(
        campaign=campaign, sha256="ab" * 32, train_count=380, validation_count=20
    )
    return TrainingRun.objects.create(
        campaign=campaign,
        round=past,
        snapshot=snapshot,
        parent=learner,
        settings={"loss": "sft", "learning_rate": 3e-4, "epochs": 3},
        state=RunState.SUCCEEDED,
        metrics=[
            {"step": n, "loss": 1.9 / (1 + n / 6), "accuracy": 0.5 + n / 60} for n in range(24)
        ],
        result_version=candidate,
        finished_at=now,
    )
