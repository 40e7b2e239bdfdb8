"""A campaign with something of each kind, and the address of every page and endpoint about it."""

from functools import cached_property

from django.urls import get_resolver, reverse

from annotate.models import Flag, QualificationAnswer, RedTeamChat, RedTeamTurn, Review
from oversight.campaigns.services.pictures import add_picture
from oversight.models import (
    BulkAct,
    Critique,
    ItemKind,
    Principle,
    Role,
    SavedView,
    TrainingRun,
    WeaknessProposal,
)
from oversight.people.services.invitations import invite
from tests.annotate.records import make_reviewed_pair
from tests.factories import make_item, make_query, make_response, make_round, make_version
from tests.oversight.api.world import make_judgement
from tests.pictures import picture

NO_HASH = "0" * 64


def marker(n, value):
    """Something that fits where the value stands, and is found again in the address."""
    if isinstance(value, int):
        return 777000 + n
    return f"{n}" * len(value) if len(value) == len(NO_HASH) else f"xx{n}xx"


class Site:
    """A campaign with something of each kind, and the addresses of all pages about it."""

    def __init__(self):
        pair = make_reviewed_pair()
        campaign, self.user = pair.campaign, pair.user
        campaign.judging.is_red_teaming_open = True
        campaign.judging.save()
        self.user.is_superuser = self.user.is_staff = True
        self.user.save()
        campaign.members.create(user=self.user, role="owner")
        self.assignment = pair.lease()
        learner = campaign.versions.get(role=Role.LEARNER)
        round_ = make_round(learner, number=1)
        query = make_query(campaign)
        chat = RedTeamChat.objects.create(campaign=campaign, user=self.user, learner=learner)
        turn = RedTeamTurn.objects.create(chat=chat, number=1, text="?", query=query)
        gold = make_item(campaign, kind=ItemKind.GOLD, expected="a")
        practised = QualificationAnswer.objects.create(
            user=self.user, campaign=campaign, item=gold, choice="a", is_right=True, order_shown="ab",
        )  # fmt: skip
        run = TrainingRun.objects.create(campaign=campaign, round=round_, parent=learner)
        flag = Flag.objects.create(assignment=self.assignment, kind="other", reason="?")
        review = Review.objects.create(
            campaign=campaign, item=make_item(campaign, state="closed"), reasons=["by_hand"]
        )
        make_response(query)
        make_version(campaign, Role.ATTACKER)
        add_picture(campaign=campaign, content=picture())
        self.known = {
            "slug": campaign.slug,
            "number": round_.number, "key": "routing",
            "assignment_id": self.assignment.pk, "answer_id": practised.pk,
            "chat_id": chat.pk, "turn_id": turn.pk, "flag_id": flag.pk,
            "run_id": run.pk, "review_id": review.pk,
            "version_id": learner.pk,
            "member_id": campaign.members.first().pk,
            "principle_id": Principle.objects.get(campaign=campaign).pk,
            "role": "learner", "verb": "pause",
            **dict.fromkeys(("token_id", "evaluation_id", "webhook_id", "import_id"), 1),
            **dict.fromkeys(("sha256", "other"), NO_HASH),
            "view_id": SavedView.objects.create(
                campaign=campaign, user=self.user, name="Mine", query=""
            ).pk,
            "act_id": BulkAct.objects.create(
                campaign=campaign, kind="tag", created_by=self.user
            ).pk,
            **{"file": "preferences.jsonl", "ending": "csv", "name": "queries"},
            "query_id": query.pk, "response_id": gold.response_a_id, "item_id": gold.pk,
            "proposal_id": WeaknessProposal.objects.create(
                round=round_, version=learner, name="Remainders"
            ).pk,
            "critique_id": Critique.objects.first().pk, "judgement_id": make_judgement(gold).pk,
            "place": "A", "person_id": self.user.pk, "signed_in_id": 1, "token": "x" * 43,
            **{"uidb64": "MQ", "pk": 1, "notification_id": 1},
            "invitation_id": invite(
                campaign=campaign, names=["ada"], role="annotator", days=1, by=self.user
            )[0].invitation.pk,
        }  # fmt: skip

    @cached_property
    def addresses(self):
        """The name of every page and endpoint but the admin's, and its arguments."""
        return dict(self._walk(get_resolver(), ""))

    def _walk(self, resolver, namespace):
        for entry in resolver.url_patterns:
            if getattr(entry, "app_name", None) == "admin":
                continue
            if hasattr(entry, "url_patterns"):
                yield from self._walk(entry, f"{entry.namespace or namespace}")
            elif entry.name:
                name = f"{namespace}:{entry.name}" if namespace else entry.name
                yield name, {key: self.known[key] for key in entry.pattern.converters}

    def address(self, name, /, **changes):
        """Return the address, with these arguments put in as they are."""
        arguments = self.addresses[name]
        marked = {key: marker(n, value) for n, (key, value) in enumerate(arguments.items())}
        path = reverse(name, kwargs=marked)
        for key, mark in marked.items():
            path = path.replace(str(mark), str(changes.get(key, arguments[key])))
        return path
