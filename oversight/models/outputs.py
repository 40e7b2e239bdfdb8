"""What the models wrote: queries, responses, critiques. Each with its provenance."""

from django.db import models
from django.db.models import F, Q, QuerySet

from .campaigns import Campaign, Principle
from .loop import Round
from .users import User
from .versions import ModelVersion


class Origin(models.TextChoices):
    IMPORTED = "imported", "Imported"
    TEMPLATE = "template", "Template"
    ATTACKER = "attacker", "Attacker"
    PERSON = "person", "A person"


class Split(models.TextChoices):
    TRAIN = "train", "Train"
    HELD_OUT = "held_out", "Held out"


class QueryQuerySet(QuerySet["Query"]):
    def usable(self) -> "QueryQuerySet":
        return self.filter(rejected_reason="")

    def train(self) -> "QueryQuerySet":
        return self.usable().filter(split=Split.TRAIN)

    def held_out(self) -> "QueryQuerySet":
        return self.usable().filter(split=Split.HELD_OUT)


class Query(models.Model):
    """An adversarial query and how it came to be.

    An attacker's output that is empty, a duplicate or near a held-out query is kept with a
    `rejected_reason` and used for nothing; so is what an attacker wrote in its trial, near held-out
    queries. What a program outside wrote is imported, and says how in its `sampling`.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="queries")
    round = models.ForeignKey(Round, models.PROTECT, null=True, related_name="queries")
    slot = models.PositiveIntegerField(null=True)
    text = models.TextField()
    messages = models.JSONField(
        null=True,
        blank=True,
        help_text="The turns, where it is a conversation of several; `text` is then their words.",
    )
    text_sha256 = models.CharField(
        max_length=64, help_text="Names the exact text or conversation: NFC, LF."
    )
    loose_key = models.CharField(
        max_length=16, help_text="Shared by texts that differ in case, width or white space alone."
    )
    origin = models.CharField(max_length=10, choices=Origin.choices)
    split = models.CharField(max_length=10, choices=Split.choices, default=Split.TRAIN)
    node = models.CharField(max_length=200, blank=True)
    cluster = models.CharField(max_length=200)
    reference = models.TextField(blank=True, help_text="A reference answer, never shown.")
    rejected_reason = models.CharField(max_length=100, blank=True)
    attacker_version = models.ForeignKey(ModelVersion, models.PROTECT, null=True, related_name="+")
    near = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    follows = models.ForeignKey(
        "oversight.Response",
        models.PROTECT,
        null=True,
        related_name="followed_by",
        db_index=False,
        help_text="The answer of an earlier round that its attacker went on from.",
    )
    written_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    prompt_hash = models.CharField(max_length=64, blank=True)
    sampling = models.JSONField(default=dict, blank=True)
    raw_text = models.TextField(blank=True)
    brought_by = models.CharField(
        max_length=100, blank=True, db_default="", help_text="The program outside that wrote it."
    )
    trial = models.ForeignKey(
        "oversight.TrainingRun",
        models.PROTECT,
        null=True,
        related_name="tried_queries",
        db_index=False,
        help_text="The training whose trial it was written in, near a held-out query.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = QueryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "text_sha256"],
                condition=Q(rejected_reason=""),
                name="usable_query_once",
            ),
            models.UniqueConstraint(fields=["round", "slot"], name="one_query_per_slot"),
            models.CheckConstraint(
                condition=~Q(origin="attacker") | Q(attacker_version__isnull=False),
                name="attack_names_its_attacker",
            ),
            models.CheckConstraint(
                condition=Q(trial__isnull=True) | Q(round__isnull=True) & ~Q(rejected_reason=""),
                name="tried_query_is_used_for_nothing",
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "split", "id"], name="query_by_split"),
            models.Index(
                fields=["campaign", "cluster", "split"], name="query_by_cluster_and_split"
            ),
            models.Index(fields=["campaign", "loose_key", "split"], name="query_by_loose_key"),
            models.Index(fields=["campaign", "id"], name="query_newest"),
            models.Index(fields=["campaign", "node", "id"], name="query_by_node"),
            models.Index(fields=["campaign", "origin", "id"], name="query_by_origin"),
            models.Index(
                fields=["campaign", "id"], condition=~Q(rejected_reason=""), name="query_rejected"
            ),
            models.Index(
                fields=["campaign"],
                condition=Q(messages__isnull=False),
                name="query_of_several_turns",
            ),
            models.Index(
                fields=["follows"], condition=Q(follows__isnull=False), name="query_going_on"
            ),
            models.Index(
                fields=["trial", "id"], condition=Q(trial__isnull=False), name="query_of_trial"
            ),
            models.Index(
                fields=["campaign", "brought_by", "id"],
                condition=~Q(brought_by=""),
                name="query_of_a_program",
            ),
        ]


class Purpose(models.TextChoices):
    FEEDBACK = "feedback", "Feedback"
    EVALUATION = "evaluation", "Evaluation"
    REWRITE = "rewrite", "A person's rewrite"
    TAMPERED = "tampered", "With an error put in"
    TRIAL = "trial", "To what an attacker wrote in its trial"
    REFINED = "refined", "Written anew after a critique"


class Response(models.Model):
    """A learner's answer, a person's rewrite of one (`revises`), one with an error put in (by its author
    or its version, else by the domain), or one that the learner wrote anew `after_critique`.

    A trigger keeps it from ever changing: comments point into its text.
    """

    query = models.ForeignKey(Query, models.PROTECT, related_name="responses")
    version = models.ForeignKey(
        ModelVersion, models.PROTECT, null=True, blank=True, related_name="responses"
    )
    author = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    revises = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="revisions"
    )
    after_critique = models.ForeignKey(
        "oversight.Critique",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="refinements",
        db_index=False,
        help_text="What the learner had in hand when it wrote the answer anew.",
    )
    purpose = models.CharField(max_length=10, choices=Purpose.choices, default=Purpose.FEEDBACK)
    sample = models.PositiveSmallIntegerField(default=0)
    text = models.TextField(blank=True)
    messages = models.JSONField(
        null=True,
        blank=True,
        help_text="The turns, where it is more than one answer; `text` is then their words.",
    )
    reasoning = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text="What the model wrote before its answer. Never shown.",
    )
    sampling = models.JSONField(default=dict, blank=True)
    prompt_hash = models.CharField(max_length=64, blank=True)
    logprob = models.FloatField(
        null=True, help_text="Sum over the answer's tokens, after the reasoning, in nats."
    )
    tokens = models.PositiveIntegerField(null=True)
    finish_reason = models.CharField(max_length=10, blank=True)
    latency_ms = models.FloatField(null=True)
    is_marked_correct = models.BooleanField(
        null=True, help_text="What the imported data say of it; for gold items only."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["query", "version", "purpose", "sample"], name="response_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    ~Q(purpose__in=["refined", "tampered"]),
                    version__isnull=False,
                    author__isnull=True,
                    revises__isnull=True,
                )
                | Q(
                    version__isnull=False,
                    author__isnull=True,
                    revises__isnull=False,
                    purpose="refined",
                )
                | Q(
                    version__isnull=True,
                    author__isnull=False,
                    revises__isnull=False,
                    purpose="rewrite",
                )
                | Q(
                    Q(version__isnull=True) | Q(author__isnull=True),
                    revises__isnull=False,
                    purpose="tampered",
                ),
                name="response_by_a_version_or_a_person",
            ),
            models.CheckConstraint(
                condition=Q(purpose="refined", after_critique__isnull=False)
                | (~Q(purpose="refined") & Q(after_critique__isnull=True)),
                name="refined_after_a_critique",
            ),
        ]
        indexes = [
            models.Index(
                fields=["query"],
                condition=Q(messages__isnull=False),
                name="response_of_several_turns",
            ),
            models.Index(
                fields=["after_critique"],
                condition=Q(after_critique__isnull=False),
                name="response_after_critique",
            ),
        ]


class CriticVerdict(models.TextChoices):
    FLAWED = "flawed", "Flawed"
    SOUND = "sound", "No problem found"


class Critique(models.Model):
    """What a critic, or a person, wrote of one response or of a pair.

    `verdict` and `p_flawed` are NULL where the output did not parse: never 0, never guessed.
    """

    response = models.ForeignKey(Response, models.PROTECT, related_name="critiques")
    other_response = models.ForeignKey(Response, models.PROTECT, null=True, related_name="+")
    version = models.ForeignKey(ModelVersion, models.PROTECT, null=True, related_name="critiques")
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="critiques")
    sample = models.PositiveSmallIntegerField(default=0)
    summary = models.TextField(blank=True)
    verdict = models.CharField(  # noqa: DJ001 -- NULL: the output did not parse
        max_length=10, choices=CriticVerdict.choices, null=True, blank=True
    )
    p_flawed = models.FloatField(null=True)
    raw_text = models.TextField(blank=True)
    sampling = models.JSONField(default=dict, blank=True)
    prompt_hash = models.CharField(max_length=64, blank=True)
    latency_ms = models.FloatField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["response", "version", "sample"], name="critique_once"),
            models.CheckConstraint(
                condition=Q(version__isnull=False, author__isnull=True)
                | Q(version__isnull=True, author__isnull=False),
                name="critique_has_one_source",
            ),
            models.CheckConstraint(
                condition=Q(p_flawed__isnull=True) | Q(p_flawed__gte=0, p_flawed__lte=1),
                name="critique_p_flawed_range",
            ),
            models.CheckConstraint(
                condition=Q(verdict__isnull=True) | Q(verdict__in=CriticVerdict.values),
                name="critique_verdict_known",
            ),
        ]


class QuoteMatch(models.TextChoices):
    EXACT = "exact", "Exact"
    NORMALISED = "normalised", "Normalised"
    AMBIGUOUS = "ambiguous", "Ambiguous"
    NONE = "none", "Not found"


class SeverityLevel(models.TextChoices):
    CRITICAL = "critical", "Critical"
    MAJOR = "major", "Major"
    MINOR = "minor", "Minor"
    NITPICK = "nitpick", "Nitpick"


class Comment(models.Model):
    """One comment of a critique, tied to a quote by offsets (in characters) into the response."""

    critique = models.ForeignKey(Critique, models.PROTECT, related_name="comments")
    number = models.PositiveSmallIntegerField()
    quote = models.TextField()
    quote_match = models.CharField(max_length=10, choices=QuoteMatch.choices)
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    severity = models.CharField(max_length=10, choices=SeverityLevel.choices)
    category = models.CharField(max_length=200, blank=True)
    principle = models.ForeignKey(Principle, models.PROTECT, null=True, related_name="+")
    explanation = models.TextField(blank=True)
    suggested_fix = models.TextField(blank=True)
    confidence = models.FloatField(null=True)
    revises = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="revisions",
        help_text="The critic's comment that a person mended with this one.",
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["critique", "number"], name="comment_number_once"),
            models.CheckConstraint(
                condition=Q(quote_match="none", start__isnull=True, end__isnull=True)
                | (~Q(quote_match="none") & Q(start__isnull=False, end__gt=F("start"))),
                name="comment_offsets_match",
            ),
        ]
