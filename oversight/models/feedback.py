"""Who said what of which responses."""

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from .asking import ItemState, ReviewItem
from .loop import Round
from .outputs import Comment, Query, Response
from .users import User
from .versions import ModelVersion


class Source(models.TextChoices):
    """Who judged. Only PERSON is human."""

    PERSON = "person", "Person"
    CRITIC = "critic", "Critic"
    CHECKER = "checker", "Checker"
    SIMULATED = "simulated", "Simulated annotator"


class Choice(models.TextChoices):
    A = "a", "A"
    B = "b", "B"
    C = "c", "C"
    D = "d", "D"
    TIE = "tie", "Tie"
    BOTH_BAD = "both_bad", "Both bad"


class Arm(models.TextChoices):
    """How the critique is offered to one person for one item.

    EVIDENCE: the places that it quotes are marked, and nothing else of it is shown.
    """

    SHOWN = "shown", "Critique shown"
    HIDDEN = "hidden", "Critique hidden"
    BLIND_FIRST = "blind_first", "Blind answer first"
    EVIDENCE = "evidence", "Places only"


def not_superseded(model: type[models.Model]) -> Q:
    """Return the condition that no row of `model` supersedes this one.

    That the other row supersedes anything is said for the planner: the few that do are then read by
    their index. A join with all of them it takes to leave one row, and sorts the whole table for it.
    """
    later = model._default_manager.filter(supersedes=OuterRef("pk"), supersedes__isnull=False)
    return Q(~Exists(later))


class JudgementQuerySet(QuerySet["Judgement"]):
    def standing(self) -> "JudgementQuerySet":
        """Those that were neither superseded nor taken back, of items that were not withdrawn."""
        latest = self.filter(not_superseded(Judgement), is_retraction=False)
        return latest.exclude(item__state=ItemState.WITHDRAWN)

    def with_standing(self) -> "JudgementQuerySet":
        """Annotate `is_standing`."""
        standing = Judgement.objects.filter(pk=OuterRef("pk")).standing()
        return self.annotate(is_standing=Exists(standing))

    def human(self) -> "JudgementQuerySet":
        return self.filter(source=Source.PERSON)


class Judgement(models.Model):
    """Which response is better, or how good one is. One shape for every source; append-only.

    `p_a_better` is in [0, 1]: a critic's probability, or 1, 0 or ½ from a person. NULL: no answer,
    or one that says nothing of a against b (the best of several is c or d; steps; ratings).
    `arm` is how the critique was offered, `arm_propensity` the probability with which it was drawn;
    the answer given before a critique shown late is a `BlindAnswer`.
    A retraction supersedes what was taken back, and says nothing itself.
    """

    query = models.ForeignKey(Query, models.PROTECT, related_name="judgements")
    response_a = models.ForeignKey(Response, models.PROTECT, related_name="+")
    response_b = models.ForeignKey(Response, models.PROTECT, null=True, related_name="+")
    round = models.ForeignKey(Round, models.PROTECT, null=True, related_name="judgements")
    item = models.ForeignKey(ReviewItem, models.PROTECT, null=True, related_name="judgements")
    source = models.CharField(max_length=10, choices=Source.choices)
    version = models.ForeignKey(ModelVersion, models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="judgements")
    annotator_label = models.CharField(
        max_length=100, blank=True, help_text="An imported judge who has no account here."
    )
    p_a_better = models.FloatField(null=True)
    choice = models.CharField(max_length=10, choices=Choice.choices, blank=True)
    strength = models.PositiveSmallIntegerField(
        null=True, help_text="1 slightly, 2 better, 3 clearly."
    )
    overall = models.PositiveSmallIntegerField(null=True, help_text="1 to 7, of a single response.")
    rationale = models.TextField(blank=True)
    order_shown = models.CharField(max_length=4, blank=True, help_text="ab, ba, cabd, …")
    was_critique_shown = models.BooleanField(null=True)
    arm = models.CharField(max_length=12, choices=Arm.choices, blank=True)
    arm_propensity = models.FloatField(null=True)
    propensity = models.FloatField(null=True)
    seconds = models.FloatField(null=True, help_text="Active time taken.")
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="superseded_by"
    )
    is_retraction = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = JudgementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(p_a_better__isnull=True) | Q(p_a_better__gte=0, p_a_better__lte=1),
                name="judgement_probability",
            ),
            models.CheckConstraint(
                condition=Q(arm_propensity__isnull=True)
                | Q(arm_propensity__gt=0, arm_propensity__lte=1),
                name="judgement_arm_propensity",
            ),
            models.CheckConstraint(
                condition=(Q(source__in=["person", "simulated"]) & Q(version__isnull=True))
                | Q(source="critic", version__isnull=False, user__isnull=True)
                | Q(source="checker", user__isnull=True),
                name="judgement_names_its_source",
            ),
            models.CheckConstraint(
                condition=Q(is_retraction=False)
                | Q(supersedes__isnull=False, choice="", p_a_better__isnull=True),
                name="retraction_says_nothing",
            ),
            models.UniqueConstraint(
                fields=["round", "query", "version"],
                condition=Q(source="critic"),
                name="critic_judges_a_pair_once",
            ),
        ]
        indexes = [models.Index(fields=["item"], name="judgement_by_item")]


class Verdict(models.TextChoices):
    VALID = "valid", "Valid"
    NITPICK = "nitpick", "Nitpick"
    FAKE = "fake", "Fake"
    UNSURE = "unsure", "Unsure"


class CommentAction(models.TextChoices):
    KEPT = "kept", "Kept"
    EDITED = "edited", "Edited"
    DELETED = "deleted", "Deleted"
    ADDED = "added", "Added"


class CommentVerdict(models.Model):
    """What a person said of one comment. Append-only; goes with the judgement it came with."""

    comment = models.ForeignKey(Comment, models.PROTECT, related_name="verdicts")
    judgement = models.ForeignKey(Judgement, models.PROTECT, related_name="comment_verdicts")
    verdict = models.CharField(
        max_length=10,
        choices=Verdict.choices,
        blank=True,
        help_text="Empty where the comment was only edited or deleted.",
    )
    action = models.CharField(
        max_length=10, choices=CommentAction.choices, default=CommentAction.KEPT
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["comment", "judgement"], name="verdict_once"),
            models.CheckConstraint(
                condition=~Q(verdict="") | Q(action__in=["edited", "deleted"]),
                name="verdict_or_action",
            ),
        ]


class AttackFinding(models.Model):
    """What a person or a checker says of an attack: is the query fair, does an answer fail.

    Append-only; of one person's findings of a query the latest stands. NULL: not said. A checker
    speaks of one answer, a person of the query and of its answers together. `fault` names how the
    answer fails: those that fail alike share it; empty where the checker cannot tell.
    """

    query = models.ForeignKey(Query, models.PROTECT, related_name="findings")
    response = models.ForeignKey(Response, models.PROTECT, null=True, related_name="findings")
    source = models.CharField(max_length=10, choices=Source.choices)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="findings")
    checker = models.CharField(max_length=100, blank=True, help_text="The name of its domain.")
    is_fair = models.BooleanField(null=True, help_text="It has an answer that can be right.")
    fails = models.BooleanField(null=True)
    fault = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True, help_text="A person's, in words.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["response", "checker"],
                condition=Q(source="checker"),
                name="checker_finds_an_answer_once",
            ),
            models.CheckConstraint(
                condition=Q(source="checker", user__isnull=True, response__isnull=False)
                & ~Q(checker="")
                | Q(source="person", user__isnull=False, checker=""),
                name="finding_names_its_source",
            ),
            models.CheckConstraint(
                condition=Q(is_fair__isnull=False) | Q(fails__isnull=False),
                name="finding_says_something",
            ),
            models.CheckConstraint(
                condition=~Q(is_fair=False) | Q(fails__isnull=True),
                name="unfair_query_has_no_failure",
            ),
        ]


class ProposalState(models.TextChoices):
    OPEN = "open", "Not decided"
    ACCEPTED = "accepted", "Accepted"
    REJECTED = "rejected", "Not accepted"


class WeaknessProposal(models.Model):
    """A kind of weakness that an attacker proposes after a round. Somebody accepts it or does not; once
    decided it stays so. `failures` are the queries that it was shown, by their ids."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="proposals")
    version = models.ForeignKey(ModelVersion, models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    why = models.CharField(max_length=500, blank=True)
    failures = models.JSONField(default=list)
    prompt_hash = models.CharField(max_length=64)
    sampling = models.JSONField(default=dict)
    raw_text = models.TextField()
    state = models.CharField(
        max_length=10, choices=ProposalState.choices, default=ProposalState.OPEN
    )
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("round", Lower("name"), name="weakness_proposed_once"),
            models.CheckConstraint(
                condition=Q(state="open", decided_by__isnull=True, decided_at__isnull=True)
                | ~Q(state="open") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="decided_proposal_says_by_whom",
            ),
        ]
