"""What the lists of items and queries are searched and sorted by, and what is done to many at once.

Facts and words follow the records by triggers, whoever writes them: nothing else changes them.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from .asking import ReviewItem
from .campaigns import Campaign
from .outputs import Query
from .users import User


class ItemFacts(models.Model):
    """One item as lists know it. `refresh_item_facts()` in PostgreSQL writes it, from the records.

    `marks` are what it can be filtered by, each `CAMPAIGN/name/value`: one index answers any of them
    together. `disagreement` is the share of the standing answers that are not the most frequent one,
    `confidence` the critic's, ½ to 1. NULL: none was said.
    """

    item = models.OneToOneField(ReviewItem, models.CASCADE, primary_key=True, related_name="facts")
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="+", db_index=False)
    marks = ArrayField(models.TextField(), default=list)
    flag = models.CharField(
        max_length=10, blank=True, default="", db_default="", help_text="open, settled or none."
    )
    priority = models.FloatField(default=0.0)
    disagreement = models.FloatField(default=0.0)
    confidence = models.FloatField(null=True)
    answers = models.PositiveIntegerField(default=0)
    answered_at = models.DateTimeField(null=True, help_text="When the last standing answer came.")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            GinIndex(fields=["marks"], name="item_by_marks"),
            models.Index(F("campaign"), F("item").desc(), name="item_newest"),
            models.Index(
                F("campaign"), F("priority").desc(), F("item").desc(), name="item_by_priority"
            ),
            models.Index(
                F("campaign"), F("disagreement").desc(), F("item").desc(), name="item_disagreed"
            ),
            models.Index(F("campaign"), F("confidence"), F("item"), name="item_by_confidence"),
            models.Index(
                F("campaign"), F("answered_at").desc(), F("item").desc(), name="item_answered"
            ),
            models.Index(F("campaign"), F("created_at"), name="item_made_at"),
            models.Index(
                F("campaign"), F("flag"), F("item"), condition=~Q(flag=""), name="item_flagged"
            ),
        ]


class QueryWords(models.Model):
    """The words of a query and of the responses to it, as they are searched for."""

    query = models.OneToOneField(Query, models.CASCADE, primary_key=True, related_name="words")
    words = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["words"], name="query_by_words")]


class QueryToRead(models.Model):
    """Says that a query's words are to be read, or read anew. One query may have several."""

    query = models.ForeignKey(
        Query, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )


class ItemTag(models.Model):
    """A word that somebody put on an item, to find it again."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="+", db_index=False)
    item = models.ForeignKey(ReviewItem, models.CASCADE, related_name="tags", db_index=False)
    tag = models.CharField(max_length=40)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "tag"], name="item_tag_once")]
        indexes = [models.Index(fields=["campaign", "tag", "item"], name="item_by_tag")]


class SavedView(models.Model):
    """What one person looks at again and again: filters, order and columns, as in the address."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="saved_views")
    user = models.ForeignKey(User, models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "user", "name"], name="view_name_once")
        ]


class ActState(models.TextChoices):
    WAITING = "waiting", "Waits for a worker"
    DONE = "done", "Done"


class BulkAct(models.Model):
    """One act upon many items: what, by whom, why, and upon which; each item's outcome is its own row."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="acts")
    kind = models.CharField(max_length=20)
    values = models.JSONField(default=dict, help_text="What the act needs: a tag, a person.")
    reason = models.CharField(max_length=200, blank=True)
    chosen = models.CharField(max_length=2000, blank=True, help_text="The filters, in words.")
    state = models.CharField(max_length=10, choices=ActState.choices, default=ActState.WAITING)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="done", ended_at__isnull=False)
                | Q(state="waiting", ended_at__isnull=True),
                name="act_ends_once",
            )
        ]

    @property
    def words(self) -> str:
        """What was done to each item, in words."""
        tag, person = self.values.get("tag", ""), self.values.get("username", "")
        return {
            "withdraw": "Withdrawn.",
            "requeue": "Asked once more.",
            "priority": "Moved to the front of the queue.",
            "tag": f"Tagged “{tag}”.",
            "assign": f"Assigned to {person}.",
            "review": "Put on the board of reviews.",
        }.get(self.kind, self.kind)


class ActItem(models.Model):
    """An item that an act is upon. `outcome`: "" until it was its turn, `done`, or why it was not."""

    act = models.ForeignKey(BulkAct, models.CASCADE, related_name="items", db_index=False)
    item = models.ForeignKey(ReviewItem, models.CASCADE, related_name="acts")
    outcome = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["act", "item"], name="act_on_item_once")]
        indexes = [
            models.Index(fields=["act", "item"], condition=Q(outcome=""), name="act_left_to_do")
        ]


class Tally(models.Model):
    """A number that was added to one of a campaign's counts: a count is the sum of its rows.

    Triggers write them, in the transaction that changes what is counted, and a worker puts them
    together now and then. Rows rather than one number: nobody waits for whoever else counts.
    """

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="tallies", db_index=False, db_constraint=False
    )
    name = models.CharField(max_length=60, help_text="item/kind/state, query/split/use, …")
    n = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["campaign", "name"], include=["n"], name="tally_by_name")]
