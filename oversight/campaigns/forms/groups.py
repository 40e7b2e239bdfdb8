"""A campaign's settings as its pages show them: in groups, the basic ones first, under their names.

A new setting is a column of its group (oversight/models/groups/), bounds (oversight/models/bounds.py),
and where its plain name does not say enough, a line in `LABELS`.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Model
from django.utils.text import capfirst

from models_srv.domains.registry import title_of
from oversight.campaigns.forms.percent import in_percent
from oversight.models import Campaign
from oversight.models.groups import GROUPS, SETTINGS

MODELS: list[type[Model]] = [Campaign, *GROUPS.values()]
FIELDS = {field.name: field for model in MODELS for field in model._meta.concrete_fields}


@dataclass(frozen=True)
class GroupPage:
    """What a group is called, what it is about, and which of its settings stand first."""

    key: str
    title: str
    about: str
    basic: Collection[str]

    @property
    def names(self) -> list[str]:
        """Every setting of the group, in the order of its columns."""
        return SETTINGS[self.key]


PAGES = {
    page.key: page
    for page in (
        GroupPage(
            "basics",
            "What it is",
            "People and models go by these words.",
            ("name", "guidelines"),
        ),
        GroupPage(
            "rounds",
            "Each round",
            "How many queries, and how the learner answers them.",
            (
                *("queries_per_round", "samples_per_query", "pool_share", "refine_share"),
                "cross_share",
            ),
        ),
        GroupPage(
            "routing",
            "Routing",
            "Which pairs reach a person. A calibrated confidence is found again in each round, from "
            "the random audits of this critic; where none is good enough, people take all.",
            ("audit_share", "acceptance", "confidence_threshold", "human_budget"),
        ),
        GroupPage(
            "judging",
            "Judging",
            "How many people judge an item, how they get in, and what they may take back.",
            (
                *("annotators_per_item", "answers_per_item", "is_rationale_required"),
                *("is_adjudicated", "undo_minutes"),
            ),
        ),
        GroupPage(
            "measuring",
            "Not led astray",
            "Whether critiques help, and how people do, is measured on items that look like any other.",
            ("gold_items", "tampered_items", "hidden_share"),
        ),
        GroupPage(
            "review",
            "Review",
            "Which answers somebody else looks at again, besides those that are asked for by hand. Who "
            "reviews answers first on their own, then sees the others, and never reviews their own.",
            ("reviews_disagreement", "review_share", "review_first"),
        ),
        GroupPage(
            "care",
            "Care",
            "What people are spared. The queue keeps to it.",
            ("content_warning", "harm_by_category", "break_minutes"),
        ),
        GroupPage(
            "training",
            "Training",
            "How the learner is updated from preferences.",
            ("loss", "method", "epochs", "min_preferences"),
        ),
        GroupPage(
            "updates",
            "Updates",
            "When the learner is updated from the preferences that are there, besides at the end of "
            "each round, and whether the critic and the attacker learn too. An update with nothing "
            "new is skipped, and says so.",
            (
                *("schedule", "schedule_preferences", "schedule_at", "schedule_hours"),
                *("critic_learning", "critic_revisions", "attacker_learning"),
            ),
        ),
        GroupPage(
            "gate",
            "Gate",
            "What a new version has to show before it is put to work.",
            ("gate_items", "flawed_items", "critic_at_chance"),
        ),
    )
}

LABELS = {
    "pool_share": "Of each round's queries: imported (%)",
    "query_writing": "How the attacker writes queries",
    "follow_up_share": "Of the attacker's queries: going on with a conversation (%)",
    "max_tokens": "Longest answer (tokens)",
    "refine_share": "Answers written anew after a critique (%)",
    "cross_share": "Answers cross-examined (%)",
    "cost_budget": "Budget for models per round",
    "acceptance": "Take the critic's word",
    "acceptance_alpha": "Calibrated: largest error (α)",
    "acceptance_delta": "Calibrated: risk of more (δ)",
    "critic_samples": "Critiques of each response",
    "critic_search": "Search for comments: weight of one more",
    "human_budget": "Items for people per round",
    "human_minutes": "Minutes of people per round",
    "confidence_threshold": "Confidence set here",
    "audit_share": "Audit share (%)",
    "asks_contradicted": "Sooner where the learner disagrees",
    "answers_per_item": "Answers compared at once",
    "lease_minutes": "Minutes per lease",
    "hidden_share": "Critique hidden (%)",
    "blind_first_share": "Blind first (%)",
    "evidence_share": "Places only (%)",
    "is_rationale_required": "A reason is required",
    "asks_flaws": "Worst flaw asked for",
    "is_result_shown": "People see how they did",
    "is_adjudicated": "Adjudication",
    "gold_items": "Gold items",
    "tampered_items": "Tampered items",
    "tampered_by": "Errors put in by",
    "rating_items": "Critique ratings",
    "reviews_disagreement": "Where people disagree",
    "reviews_flagged": "What was flagged",
    "reviews_gold_missed": "Known answers that were missed",
    "review_share": "A random share (%)",
    "review_first": "First answers of each new person",
    "undo_minutes": "Minutes to take back a submission",
    "qualification_items": "Gold items to practise on first",
    "qualification_share": "Share of them to be right about (%)",
    "critic_revisions": "Critic: by revisions too",
    "attributes": "What people are asked about themselves",
    "spread_over": "Spread the seats over",
    "is_red_teaming_open": "Live red teaming",
    "exposure_budget": "Most hard items a day",
    "break_minutes": "Minutes of work before a break",
    "beta": "β",
    "gradient_accumulation": "Batches for one step",
    "pair_tokens": "Longest pair (tokens)",
    "lora_rank": "Adapter: rank",
    "lora_alpha": "Adapter: alpha",
    "lora_targets": "Adapter: layers",
    "dtype": "Precision",
    "nll_weight": "Weight of the chosen answers' likelihood",
    "shared_weight": "Weight of words that both answers have",
    "quote_weight": "Weight of words that a comment quotes",
    "later_weight": "Weight of what follows the first fault",
    "min_preferences": "Fewest preferences for an update",
    "reference": "Reference model",
    "patience": "Early stop: patience",
    "uses_reward_model": "Reward model of people's labels",
    "gate_items": "Pairs for people before the gate",
    "flawed_items": "Flawed answers for people before the gate",
    "critic_at_chance": "Where the critic guesses",
    "schedule": "Update the learner",
    "schedule_preferences": "New preferences",
    "schedule_at": "Time of day",
    "schedule_hours": "Hours",
    "critic_learning": "The critic learns",
    "attacker_learning": "The attacker learns",
}

# Kept as 0 to 1, entered and shown as 0 to 100.
PERCENT = {name for name in LABELS if name.endswith("_share")}


def setting_name(name: str) -> str:
    """Return what a setting is called where people read it."""
    field = FIELDS.get(name)
    plain = field.verbose_name if field else name.replace("_", " ")
    return LABELS.get(name) or str(
        capfirst(plain)
    )  # a label stands as it is: β has no capital here


def setting_words(name: str, value: object) -> object:
    """Return a setting's value as people read it: a choice in its words, true as Yes, a share in percent
    where its name says so.
    """
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if name == "checker":
        return title_of(str(value))
    if name in PERCENT and isinstance(value, float | int):
        return in_percent(value)
    field = FIELDS.get(name)
    return dict(field.flatchoices).get(value, value) if field else value
