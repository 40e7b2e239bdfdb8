"""Each group of settings becomes a record of its own; empty still."""

import datetime

import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import oversight.models.campaign_choices


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0044_tallies_follow"),
    ]

    operations = [
        migrations.CreateModel(
            name="BasicsSettings",
            fields=[
                (
                    "campaign",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="basics",
                        serialize=False,
                        to="oversight.campaign",
                    ),
                ),
                (
                    "guidelines",
                    models.TextField(blank=True, help_text="What annotators and the critic go by."),
                ),
                ("learner_instructions", models.TextField(blank=True)),
                ("attacker_instructions", models.TextField(blank=True)),
                (
                    "taxonomy",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Kinds of query that the attacker aims at.",
                    ),
                ),
                (
                    "checker",
                    models.CharField(
                        blank=True,
                        choices=[("", "None"), ("arithmetic", "Arithmetic word problems")],
                        max_length=30,
                    ),
                ),
                ("number", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="CareSettings",
            fields=[
                (
                    "campaign",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="care",
                        serialize=False,
                        to="oversight.campaign",
                    ),
                ),
                (
                    "content_warning",
                    models.TextField(
                        blank=True,
                        help_text="Nobody is shown an item before they have agreed to this.",
                    ),
                ),
                (
                    "harm_by_category",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="Kinds of query that are hard to bear: mild, moderate, severe.",
                    ),
                ),
                (
                    "exposure_budget",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Most items of such kinds for one person a day.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0, "At least 0."),
                            django.core.validators.MaxValueValidator(
                                10000, "At most 10,000: nobody judges more in a day."
                            ),
                        ],
                    ),
                ),
                (
                    "break_minutes",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="After so much active work a break is due. 0: never.",
                        validators=[
                            django.core.validators.MinValueValidator(0, "At least 0."),
                            django.core.validators.MaxValueValidator(
                                1440, "At most 1,440: that is a day."
                            ),
                        ],
                    ),
                ),
                ("number", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("exposure_budget__gte", 0), ("exposure_budget__lte", 10000)
                        ),
                        name="bound_exposure_budget",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("break_minutes__gte", 0), ("break_minutes__lte", 1440)),
                        name="bound_break_minutes",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GateSettings",
            fields=[
                (
                    "campaign",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="gate",
                        serialize=False,
                        to="oversight.campaign",
                    ),
                ),
                (
                    "gate_items",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="Held-out queries on which people compare the candidate with the version at work before the gate decides. From 20 on it goes by their word. 0: none.",
                        validators=[
                            django.core.validators.MinValueValidator(0, "At least 0."),
                            django.core.validators.MaxValueValidator(
                                10000,
                                "At most 10,000: people have to judge each of them before the gate.",
                            ),
                        ],
                    ),
                ),
                ("number", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("gate_items__gte", 0), ("gate_items__lte", 10000)),
                        name="bound_gate_items",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="JudgingSettings",
            fields=[
                (
                    "campaign",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="judging",
                        serialize=False,
                        to="oversight.campaign",
                    ),
                ),
                (
                    "annotators_per_item",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1, "At least 1."),
                            django.core.validators.MaxValueValidator(
                                20, "At most 20: each of them is paid for the same question."
                            ),
                        ],
                    ),
                ),
                (
                    "lease_minutes",
                    models.PositiveIntegerField(
                        default=30,
                        validators=[
                            django.core.validators.MinValueValidator(1, "At least 1."),
                            django.core.validators.MaxValueValidator(
                                10080, "At most 10,080: that is a week."
                            ),
                        ],
                    ),
                ),
                (
                    "undo_minutes",
                    models.PositiveIntegerField(
                        default=5,
                        help_text="So long a person may take back what they submitted last.",
                        validators=[
                            django.core.validators.MinValueValidator(0, "At least 0."),
                            django.core.validators.MaxValueValidator(
                                10080, "At most 10,080: that is a week."
                            ),
                        ],
                    ),
                ),
                (
                    "is_rationale_required",
                    models.BooleanField(
                        default=False, help_text="Nobody submits a preference without saying why."
                    ),
                ),
                (
                    "is_result_shown",
                    models.BooleanField(
                        default=False,
                        help_text="After an item whose answer is known, say how the person did.",
                    ),
                ),
                (
                    "is_adjudicated",
                    models.BooleanField(
                        default=False,
                        help_text="Where those who judged an item are level, somebody else decides.",
                    ),
                ),
                (
                    "qualification_items",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="Gold items to be judged first, with feedback. 0: none.",
                        validators=[
                            django.core.validators.MinValueValidator(0, "At least 0."),
                            django.core.validators.MaxValueValidator(
                                1000,
                                "At most 1,000: people have to judge all of them before they begin.",
                            ),
                        ],
                    ),
                ),
                (
                    "qualification_share",
                    models.FloatField(
                        default=0.8,
                        help_text="Share of them to be right about.",
                        validators=[
                            django.core.validators.MinValueValidator(0, "At least 0."),
                            django.core.validators.MaxValueValidator(
                                1, "At most 1: it is a share of all."
                            ),
                        ],
                    ),
                ),
                (
                    "is_red_teaming_open",
                    models.BooleanField(
                        default=False,
                        help_text="People may talk with the learner and keep what it failed at.",
                    ),
                ),
                ("number", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("annotators_per_item__gte", 1), ("annotators_per_item__lte", 20)
                        ),
                        name="bound_annotators_per_item",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("lease_minutes__gte", 1), ("lease_minutes__lte", 10080)
                        ),
                        name="bound_lease_minutes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("undo_minutes__gte", 0), ("undo_minutes__lte", 10080)),
                        name="bound_undo_minutes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("qualification_items__gte", 0), ("qualification_items__lte", 1000)
                        ),
                        name="bound_qualification_items",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("qualification_share__gte", 0), ("qualification_share__lte", 1)
                        ),
                        name="bound_qualification_share",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MeasuringSettings",
            fields=[
                (
                    "campaign",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="measuring",
                        serialize=False,
                        to="oversight.campaign",
                    ),
                ),
                (
                    "hidden_share",
                    models.FloatField(
                        default=0.0,
                        help_text="Share of items judged without the critique.",
                        validators=[
                            django.core.validators.MinValueValidator(0, "At least 0."),
                            django.core.validators.MaxValueValidator(
                                1, "At most 1: it is a share of all."
                            ),
                        ],
                    ),
                ),
                (
                    "blind_first_share",
                    models.FloatField(
                        default=0.0,
                        help_text="Share of items answered once before the critique is shown, and again after.",
                        validators=[
                            django.core.validators.MinValueValidator(0, "At least 0."),
                            django.core.validators.MaxValueValidator(
                                1, "At most 1: it is a share of all."
                            ),
                        ],
                    ),
                ),
                (
                    "gold_items",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Each round: a right response against a wrong one, to see how people do.",
                        validators=[
                            django.core.validators.MinValueValidator(0, "At least 0."),
                            django.core.validators.MaxValueValidator(
                                10000,
                                "At most 10,000: people have to judge each of them in one round.",
                            ),
                        ],
                    ),
                ),
                (
                    "tampered_items",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Each round: a right response against itself with an error put in.",
                        validators=[
                            django.core.validators.MinValueValidator(0, "At least 0."),
                            django.core.validators.MaxValueValidator(
                                10000,
                                "At most 10,000: people have to judge each of them in one round.",
                            ),
                        ],
                    ),
                ),
                (
                    "rating_items",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Each round: responses whose critiques people rate side by side, blind.",
                        validators=[
                            django.core.validators.MinValueValidator(0, "At least 0."),
                            django.core.validators.MaxValueValidator(
                                10000,
                                "At most 10,000: people have to judge each of them in one round.",
                            ),
                        ],
                    ),
                ),
                ("number", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("hidden_share__gte", 0), ("hidden_share__lte", 1)),
                        name="bound_hidden_share",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("blind_first_share__gte", 0), ("blind_first_share__lte", 1)
                        ),
                        name="bound_blind_first_share",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("gold_items__gte", 0), ("gold_items__lte", 10000)),
                        name="bound_gold_items",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("tampered_items__gte", 0), ("tampered_items__lte", 10000)
                        ),
                        name="bound_tampered_items",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rating_items__gte", 0), ("rating_items__lte", 10000)),
                        name="bound_rating_items",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("blind_first_share__gte", 0),
                            ("hidden_share__gte", 0),
                            (
                                "hidden_share__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.Value(1.000001), "-", models.F("blind_first_share")
                                ),
                            ),
                        ),
                        name="campaign_arm_shares",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoundSettings",
            fields=[
                (
                    "campaign",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="each_round",
                        serialize=False,
                        to="oversight.campaign",
                    ),
                ),
                (
                    "queries_per_round",
                    models.PositiveIntegerField(
                        default=100,
                        validators=[
                            django.core.validators.MinValueValidator(1, "At least 1."),
                            django.core.validators.MaxValueValidator(
                                100000, "At most 100,000: a round is planned in one piece."
                            ),
                        ],
                    ),
                ),
                (
                    "pool_share",
                    models.FloatField(
                        default=0.5,
                        help_text="Share of each round's queries that is taken from those that were imported, posted or kept by people and not used yet, as far as there are some; the attacker writes the rest.",
                        validators=[
                            django.core.validators.MinValueValidator(0, "At least 0."),
                            django.core.validators.MaxValueValidator(
                                1, "At most 1: it is a share of all."
                            ),
                        ],
                    ),
                ),
                (
                    "samples_per_query",
                    models.PositiveSmallIntegerField(
                        default=4,
                        validators=[
                            django.core.validators.MinValueValidator(2, "At least 2."),
                            django.core.validators.MaxValueValidator(
                                64, "At most 64: all of a query's answers are written in one batch."
                            ),
                        ],
                    ),
                ),
                (
                    "temperature",
                    models.FloatField(
                        default=1.0,
                        validators=[
                            django.core.validators.MinValueValidator(0.01, "At least 0.01."),
                            django.core.validators.MaxValueValidator(
                                5, "At most 5: above it answers are noise."
                            ),
                        ],
                    ),
                ),
                (
                    "max_tokens",
                    models.PositiveIntegerField(
                        default=256,
                        validators=[
                            django.core.validators.MinValueValidator(1, "At least 1."),
                            django.core.validators.MaxValueValidator(
                                131072, "At most 131,072: no model answers longer."
                            ),
                        ],
                    ),
                ),
                ("number", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("queries_per_round__gte", 1), ("queries_per_round__lte", 100000)
                        ),
                        name="bound_queries_per_round",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pool_share__gte", 0), ("pool_share__lte", 1)),
                        name="bound_pool_share",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("samples_per_query__gte", 2), ("samples_per_query__lte", 64)
                        ),
                        name="bound_samples_per_query",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("temperature__gte", 0.01), ("temperature__lte", 5)),
                        name="bound_temperature",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("max_tokens__gte", 1), ("max_tokens__lte", 131072)),
                        name="bound_max_tokens",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoutingSettings",
            fields=[
                (
                    "campaign",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="routing",
                        serialize=False,
                        to="oversight.campaign",
                    ),
                ),
                (
                    "audit_share",
                    models.FloatField(
                        default=0.1,
                        help_text="Share of pairs that reach a person regardless.",
                        validators=[
                            django.core.validators.MinValueValidator(0, "At least 0."),
                            django.core.validators.MaxValueValidator(
                                1, "At most 1: it is a share of all."
                            ),
                        ],
                    ),
                ),
                (
                    "acceptance",
                    models.CharField(
                        choices=[
                            ("fixed", "From a set confidence"),
                            ("calibrated", "From a calibrated confidence"),
                        ],
                        default="fixed",
                        max_length=10,
                    ),
                ),
                (
                    "confidence_threshold",
                    models.FloatField(
                        default=0.9,
                        help_text="AI feedback is accepted without a person at this confidence or above.",
                        validators=[
                            django.core.validators.MinValueValidator(0.5, "At least 0.5."),
                            django.core.validators.MaxValueValidator(
                                1, "At most 1: it is a probability."
                            ),
                        ],
                    ),
                ),
                (
                    "acceptance_alpha",
                    models.FloatField(
                        default=0.1,
                        help_text="Calibrated: at most this share of what is accepted is wrong …",
                        validators=[
                            django.core.validators.MinValueValidator(0.001, "At least 0.001."),
                            django.core.validators.MaxValueValidator(
                                0.5, "At most 0.5: half of it wrong is no better than a coin."
                            ),
                        ],
                    ),
                ),
                (
                    "acceptance_delta",
                    models.FloatField(
                        default=0.1,
                        help_text="… but for this probability.",
                        validators=[
                            django.core.validators.MinValueValidator(0.001, "At least 0.001."),
                            django.core.validators.MaxValueValidator(
                                0.5, "At most 0.5: half of the time is no promise."
                            ),
                        ],
                    ),
                ),
                (
                    "critic_samples",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="Critiques of each response; their mean is the critic's probability.",
                        validators=[
                            django.core.validators.MinValueValidator(1, "At least 1."),
                            django.core.validators.MaxValueValidator(
                                16, "At most 16: each costs as much as the first."
                            ),
                        ],
                    ),
                ),
                (
                    "human_budget",
                    models.PositiveIntegerField(
                        default=60,
                        help_text="Items for people per round; random audits are never cut.",
                        validators=[
                            django.core.validators.MinValueValidator(0, "At least 0."),
                            django.core.validators.MaxValueValidator(
                                1000000,
                                "At most 1,000,000: people have to judge each of them in one round.",
                            ),
                        ],
                    ),
                ),
                (
                    "human_minutes",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Minutes of people per round, where they are the tighter bound.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0, "At least 0."),
                            django.core.validators.MaxValueValidator(
                                1000000, "At most 1,000,000: that is ten people for a year."
                            ),
                        ],
                    ),
                ),
                (
                    "always_ask",
                    models.JSONField(
                        blank=True,
                        default=oversight.models.campaign_choices.usual_ask_rules,
                        help_text="What sends a pair to a person whatever the critic's confidence.",
                    ),
                ),
                ("number", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("audit_share__gte", 0), ("audit_share__lte", 1)),
                        name="bound_audit_share",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confidence_threshold__gte", 0.5), ("confidence_threshold__lte", 1)
                        ),
                        name="bound_confidence_threshold",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("acceptance_alpha__gte", 0.001), ("acceptance_alpha__lte", 0.5)
                        ),
                        name="bound_acceptance_alpha",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("acceptance_delta__gte", 0.001), ("acceptance_delta__lte", 0.5)
                        ),
                        name="bound_acceptance_delta",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("critic_samples__gte", 1), ("critic_samples__lte", 16)),
                        name="bound_critic_samples",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("human_budget__gte", 0), ("human_budget__lte", 1000000)
                        ),
                        name="bound_human_budget",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("human_minutes__gte", 0), ("human_minutes__lte", 1000000)
                        ),
                        name="bound_human_minutes",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TrainingSettings",
            fields=[
                (
                    "campaign",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="training",
                        serialize=False,
                        to="oversight.campaign",
                    ),
                ),
                (
                    "loss",
                    models.CharField(
                        choices=[
                            ("sft", "Fine-tuning on the chosen response"),
                            ("dpo_sft", "DPO with a fine-tuning term"),
                            ("dpo", "DPO"),
                            ("dpop", "DPO-Positive (Smaug)"),
                            ("ipo", "IPO"),
                            ("cdpo", "Conservative DPO"),
                            ("robust", "Robust DPO"),
                            ("orpo", "ORPO"),
                            ("kto", "KTO"),
                        ],
                        default="sft",
                        max_length=20,
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[("full", "All weights"), ("lora", "LoRA adapter")],
                        default="full",
                        max_length=10,
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        choices=[
                            ("parent", "The version that it starts from"),
                            ("base", "The base model, without any adapter"),
                        ],
                        default="parent",
                        max_length=10,
                    ),
                ),
                (
                    "beta",
                    models.FloatField(
                        default=0.1,
                        validators=[
                            django.core.validators.MinValueValidator(0.0001, "At least 0.0001."),
                            django.core.validators.MaxValueValidator(
                                100, "At most 100: above it the learner does not move."
                            ),
                        ],
                    ),
                ),
                (
                    "learning_rate",
                    models.FloatField(
                        default=0.0001,
                        validators=[
                            django.core.validators.MinValueValidator(1e-09, "At least 1e-09."),
                            django.core.validators.MaxValueValidator(
                                1, "At most 1: above it training diverges."
                            ),
                        ],
                    ),
                ),
                (
                    "epochs",
                    models.FloatField(
                        default=3,
                        validators=[
                            django.core.validators.MinValueValidator(0.01, "At least 0.01."),
                            django.core.validators.MaxValueValidator(
                                100, "At most 100: above it the learner knows the pairs by heart."
                            ),
                        ],
                    ),
                ),
                (
                    "batch_size",
                    models.PositiveIntegerField(
                        default=16,
                        validators=[
                            django.core.validators.MinValueValidator(1, "At least 1."),
                            django.core.validators.MaxValueValidator(
                                4096, "At most 4,096: more do not fit into any memory."
                            ),
                        ],
                    ),
                ),
                (
                    "patience",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Stop once the margin on held-back pairs has not risen so many times. 0: never.",
                        validators=[
                            django.core.validators.MinValueValidator(0, "At least 0."),
                            django.core.validators.MaxValueValidator(
                                1000, "At most 1,000: no training is measured more often."
                            ),
                        ],
                    ),
                ),
                (
                    "min_preferences",
                    models.PositiveIntegerField(
                        default=20,
                        help_text="With fewer, the update is skipped.",
                        validators=[
                            django.core.validators.MinValueValidator(0, "At least 0."),
                            django.core.validators.MaxValueValidator(
                                10000000, "At most 10,000,000: no campaign collects that many."
                            ),
                        ],
                    ),
                ),
                (
                    "uses_reward_model",
                    models.BooleanField(
                        default=True,
                        help_text="Before an update, train a model on people's labels alone. Which answer it finds likelier corrects the critic's labels; it takes about as long as the update.",
                    ),
                ),
                ("number", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("beta__gte", 0.0001), ("beta__lte", 100)),
                        name="bound_beta",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("learning_rate__gte", 1e-09), ("learning_rate__lte", 1)
                        ),
                        name="bound_learning_rate",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("epochs__gte", 0.01), ("epochs__lte", 100)),
                        name="bound_epochs",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("batch_size__gte", 1), ("batch_size__lte", 4096)),
                        name="bound_batch_size",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("patience__gte", 0), ("patience__lte", 1000)),
                        name="bound_patience",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("min_preferences__gte", 0), ("min_preferences__lte", 10000000)
                        ),
                        name="bound_min_preferences",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UpdateSettings",
            fields=[
                (
                    "campaign",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="updates",
                        serialize=False,
                        to="oversight.campaign",
                    ),
                ),
                (
                    "schedule",
                    models.CharField(
                        choices=[
                            ("by_hand", "By hand"),
                            ("preferences", "After so many new preferences"),
                            ("daily", "Every day at a time"),
                            ("hours", "Every so many hours"),
                        ],
                        default="by_hand",
                        max_length=12,
                    ),
                ),
                (
                    "schedule_preferences",
                    models.PositiveIntegerField(
                        default=100,
                        validators=[
                            django.core.validators.MinValueValidator(1, "At least 1."),
                            django.core.validators.MaxValueValidator(
                                10000000, "At most 10,000,000: no campaign collects that many."
                            ),
                        ],
                    ),
                ),
                ("schedule_at", models.TimeField(default=datetime.time(3, 0))),
                (
                    "schedule_hours",
                    models.PositiveIntegerField(
                        default=24,
                        validators=[
                            django.core.validators.MinValueValidator(1, "At least 1."),
                            django.core.validators.MaxValueValidator(
                                8760, "At most 8,760: that is a year."
                            ),
                        ],
                    ),
                ),
                (
                    "schedule_set_at",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        help_text="When the schedule was last changed.",
                        null=True,
                    ),
                ),
                ("number", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("schedule_preferences__gte", 1),
                            ("schedule_preferences__lte", 10000000),
                        ),
                        name="bound_schedule_preferences",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("schedule_hours__gte", 1), ("schedule_hours__lte", 8760)
                        ),
                        name="bound_schedule_hours",
                    ),
                ],
            },
        ),
    ]
