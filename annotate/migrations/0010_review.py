"""Reviews, with their moves and what reviewers answered before they saw the others."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

STATES = [
    ("todo", "To do"),
    ("in_review", "In review"),
    ("second_look", "Second look"),
    ("adjudicated", "Adjudicated"),
]
ID = (
    "id",
    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
)


class Migration(migrations.Migration):
    dependencies = [
        ("annotate", "0009_flags_in_facts"),
        ("oversight", "0050_by_review"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ItemToConsider",
            fields=[
                ID,
                (
                    "item",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="oversight.reviewitem",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ID,
                (
                    "state",
                    models.CharField(choices=STATES, default="todo", max_length=12),
                ),
                (
                    "reasons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("by_hand", "Asked for"),
                                ("gold_missed", "A known answer was missed"),
                                ("disagreement", "People disagree"),
                                ("flagged", "Somebody flagged it"),
                                ("first_answers", "One of somebody's first answers"),
                                ("random", "Drawn at random"),
                            ],
                            max_length=15,
                        ),
                        size=None,
                    ),
                ),
                ("is_random", models.BooleanField(default=False)),
                ("propensity", models.FloatField(null=True)),
                ("note", models.TextField(blank=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("accepted", "Accepted as it is"),
                            ("corrected", "Corrected by the reviewer"),
                            ("withdrawn", "The item was withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "campaign",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reviews",
                        to="oversight.campaign",
                    ),
                ),
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="review",
                        to="oversight.reviewitem",
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sent_back_to",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sent_back_by",
                        to="annotate.assignment",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["campaign", "state", "id"], name="review_board"),
                    models.Index(
                        condition=models.Q(("reviewer__isnull", False)),
                        fields=["reviewer", "campaign", "state", "id"],
                        name="review_of_person",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["reasons"], name="review_by_reason"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reviewer__isnull", True), ("state", "todo")),
                            models.Q(
                                ("reviewer__isnull", False),
                                ("state__in", ["in_review", "second_look"]),
                            ),
                            ("state", "adjudicated"),
                            _connector="OR",
                        ),
                        name="review_is_somebodys",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "adjudicated"),
                                models.Q(("outcome", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "adjudicated"), _negated=True),
                                ("outcome", ""),
                            ),
                            _connector="OR",
                        ),
                        name="review_ends_with_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sent_back_to__isnull", True),
                            models.Q(("state", "in_review"), models.Q(("note", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="review_sent_back_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("propensity__isnull", True),
                            models.Q(("propensity__gt", 0), ("propensity__lte", 1)),
                            _connector="OR",
                        ),
                        name="review_propensity",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_random", False), ("propensity__isnull", False), _connector="OR"
                        ),
                        name="review_drawn_with_propensity",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewMove",
            fields=[
                ID,
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("chosen", "put it on the board"),
                            ("claimed", "took it"),
                            ("given_back", "gave it back"),
                            ("answered", "answered it without seeing the others"),
                            ("accepted", "accepted the answers"),
                            ("corrected", "corrected the answers"),
                            ("sent_back", "sent it back"),
                            ("answered_again", "answered again"),
                            ("withdrawn", "withdrew the item"),
                        ],
                        max_length=15,
                    ),
                ),
                (
                    "from_state",
                    models.CharField(blank=True, choices=STATES, max_length=12),
                ),
                ("to_state", models.CharField(choices=STATES, max_length=12)),
                ("note", models.TextField(blank=True)),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="moves",
                        to="annotate.review",
                    ),
                ),
                (
                    "sent_to",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"ordering": ["pk"]},
        ),
        migrations.CreateModel(
            name="ReviewAnswer",
            fields=[
                ID,
                ("payload", models.JSONField()),
                ("order_shown", models.CharField(max_length=4)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "review",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="annotate.review",
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("review", "reviewer"), name="review_answered_once"
                    )
                ]
            },
        ),
    ]
