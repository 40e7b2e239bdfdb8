"""What is asked of people, and why."""

from django.db import models
from django.db.models import F, Q, QuerySet

from .campaigns import Campaign
from .loop import Round
from .outputs import Critique, Query, Response


class RoutingOutcome(models.TextChoices):
    HUMAN = "human", "Ask a person"
    AI = "ai", "Accept the AI feedback"
    DROP = "drop", "Use neither"


class RoutingDecision(models.Model):
    """Why one pair went to a person or not, and the probability that it would."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="decisions")
    query = models.ForeignKey(Query, models.PROTECT, related_name="decisions")
    response_a = models.ForeignKey(Response, models.PROTECT, related_name="+")
    response_b = models.ForeignKey(Response, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=RoutingOutcome.choices)
    reasons = models.JSONField(default=list)
    is_audit = models.BooleanField(default=False)
    propensity = models.FloatField(help_text="Probability that a person was asked.")
    policy_version = models.CharField(max_length=30)
    p_calibrated = models.FloatField(
        null=True, help_text="P(a better) as earlier audits correct it. NULL: not measured."
    )
    is_eligible = models.BooleanField(
        default=False, help_text="No rule sends it to a person or drops it whatever the confidence."
    )
    is_random = models.BooleanField(
        default=False,
        help_text="In the random sample of all pairs: audited, or asked anyway and drawn.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "query"], name="one_decision_per_query"),
            models.CheckConstraint(
                condition=~Q(response_a=F("response_b")), name="decision_on_two_responses"
            ),
            models.CheckConstraint(
                condition=Q(propensity__gte=0, propensity__lte=1), name="decision_propensity"
            ),
            models.CheckConstraint(
                condition=~Q(outcome="human") | Q(propensity__gt=0),
                name="asked_person_had_a_chance",
            ),
            models.CheckConstraint(
                condition=Q(is_random=False) | Q(outcome="human"), name="random_pair_is_asked"
            ),
            models.CheckConstraint(
                condition=Q(p_calibrated__isnull=True) | Q(p_calibrated__range=(0, 1)),
                name="decision_calibrated_probability",
            ),
        ]


class ItemKind(models.TextChoices):
    PAIRWISE = "pairwise", "Which response is better?"
    CRITIQUE_RATING = "critique_rating", "Rate critiques"
    STEPS = "steps", "Label the steps"
    GOLD = "gold", "Gold"
    TAMPERED = "tampered", "Tampered"
    ADJUDICATION = "adjudication", "Adjudication"
    FLAWED = "flawed", "Flawed answers of two versions"


# Items whose right answer is known: they measure people and train nothing.
KNOWN_KINDS = (ItemKind.GOLD, ItemKind.TAMPERED)


class ItemState(models.TextChoices):
    """PREPARING waits for critiques before people see it. PRACTICE is never in the queue."""

    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"
    WITHDRAWN = "withdrawn", "Withdrawn"
    PREPARING = "preparing", "Waits for critiques"
    PRACTICE = "practice", "For practice"


class Withdrawal(models.TextChoices):
    """Why nobody is asked about an item any more."""

    FAULT = "fault", "Something is wrong with the item itself"
    REVIEW_CLOSED = "review_closed", "It was closed before anybody answered it"
    NOT_NEEDED = "not_needed", "Those who were level are so no more"
    BY_HAND = "by_hand", "Somebody withdrew it"


class ReviewItemQuerySet(QuerySet["ReviewItem"]):
    def open(self) -> "ReviewItemQuerySet":
        return self.filter(state=ItemState.OPEN)

    def with_free_seats(self) -> "ReviewItemQuerySet":
        return self.open().filter(seats_free__gt=0)


class ReviewItem(models.Model):
    """A question for people. `seats_free` falls with each lease and rises when one expires.

    A comparison has two to four responses. Steps and critique ratings are of `response_a` alone,
    the latter with the `critiques` to rate and the `problem` that they should point out.
    Nothing said of a withdrawn item stands.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="items")
    round = models.ForeignKey(
        Round, models.PROTECT, null=True, related_name="items", db_index=False
    )
    kind = models.CharField(max_length=20, choices=ItemKind.choices, default=ItemKind.PAIRWISE)
    query = models.ForeignKey(Query, models.PROTECT, related_name="items")
    response_a = models.ForeignKey(Response, models.PROTECT, related_name="+")
    response_b = models.ForeignKey(Response, models.PROTECT, null=True, related_name="+")
    response_c = models.ForeignKey(Response, models.PROTECT, null=True, related_name="+")
    response_d = models.ForeignKey(Response, models.PROTECT, null=True, related_name="+")
    critiques = models.ManyToManyField(Critique, related_name="rated_in", blank=True)
    problem = models.TextField(
        blank=True, help_text="The particular problem that the critiques should point out."
    )
    decision = models.OneToOneField(RoutingDecision, models.PROTECT, null=True, related_name="item")
    adjudicates = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="adjudication"
    )
    expected = models.CharField(
        max_length=10, blank=True, help_text="The right answer of a gold item: a, b, tie, both_bad."
    )
    annotators = models.PositiveSmallIntegerField(default=1)
    seats_free = models.SmallIntegerField(default=1)
    priority = models.FloatField(default=0.0)
    propensity = models.FloatField(
        null=True, help_text="Probability that it was asked, where no routing decision says so."
    )
    is_by_review = models.BooleanField(
        default=False,
        db_default=False,
        help_text="An adjudication that a reviewer made: nobody was level.",
    )
    asks_flaws = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Nobody submits an answer without saying how bad each response's worst flaw is.",
    )
    state = models.CharField(max_length=10, choices=ItemState.choices, default=ItemState.OPEN)
    withdrawn_because = models.CharField(max_length=15, choices=Withdrawal.choices, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)

    objects = ReviewItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(seats_free__gte=0, seats_free__lte=F("annotators")),
                name="item_seats_in_range",
            ),
            models.CheckConstraint(
                condition=Q(response_b__isnull=True) | ~Q(response_a=F("response_b")),
                name="item_on_two_responses",
            ),
            models.CheckConstraint(
                condition=(Q(response_c__isnull=True) | Q(response_b__isnull=False))
                & (Q(response_d__isnull=True) | Q(response_c__isnull=False)),
                name="item_responses_in_order",
            ),
            models.CheckConstraint(
                condition=(
                    Q(response_c__isnull=True)
                    | ~Q(response_c=F("response_a")) & ~Q(response_c=F("response_b"))
                )
                & (
                    Q(response_d__isnull=True)
                    | ~Q(response_d=F("response_a"))
                    & ~Q(response_d=F("response_b"))
                    & ~Q(response_d=F("response_c"))
                ),
                name="item_on_different_responses",
            ),
            models.CheckConstraint(
                condition=Q(propensity__isnull=True) | Q(propensity__gt=0, propensity__lte=1),
                name="item_propensity",
            ),
            models.CheckConstraint(
                condition=Q(kind="adjudication") | Q(adjudicates__isnull=True),
                name="item_adjudicates_another",
            ),
            models.CheckConstraint(
                condition=Q(kind="adjudication") | Q(is_by_review=False),
                name="item_by_review_adjudicates",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["steps", "critique_rating"]) | Q(response_b__isnull=True),
                name="item_on_one_response",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_because="") | Q(state="withdrawn"),
                name="only_withdrawn_item_says_why",
            ),
        ]
        indexes = [
            models.Index(
                F("campaign"),
                F("priority").desc(),
                F("id"),
                condition=Q(state="open", seats_free__gt=0),
                name="item_queue",
            ),
            models.Index(fields=["round", "id"], name="item_of_round"),
        ]

    @property
    def response_ids(self) -> list[int]:
        """The ids of the responses that it asks about, in the record's order."""
        ids = [self.response_a_id, self.response_b_id, self.response_c_id, self.response_d_id]
        return [pk for pk in ids if pk is not None]
