"""A campaign with something of each kind, and the addresses of REST about it."""

import json
from dataclasses import dataclass

from django.urls import URLResolver, get_resolver, reverse

from annotate.models import Assignment, Review
from oversight.campaigns.services.campaigns import add_principle
from oversight.campaigns.services.settings import change_settings
from oversight.data.services.incoming import folder
from oversight.data.services.incoming.receiving import begin_import, finish_receiving, receive
from oversight.models import (
    Campaign,
    CampaignMember,
    Comment,
    Critique,
    Evaluation,
    Import,
    Judgement,
    Preference,
    Promotion,
    Round,
    Snapshot,
    Source,
    Stage,
    TrainingRun,
    WeaknessProposal,
    WebhookEndpoint,
    WorkUnit,
)
from tests.factories import (
    make_campaign,
    make_item,
    make_member,
    make_round,
    make_user,
    make_version,
)
from tests.oversight.judging import cross_examine


@dataclass(frozen=True)
class World:
    campaign: Campaign
    known: dict[str, object]

    def address(self, name):
        own = {**fixed(name), **self.known.get(name, {})}
        arguments = {key: self.known[key] for key in converters(name) if key not in own}
        return reverse(name, kwargs={**arguments, **own})

    def end_round(self):
        """End the round: another may start, with queries that nobody has asked."""
        Round.objects.update(stage=Stage.DONE, finished_at="2026-01-01T00:00Z")

    def body(self, value):
        if isinstance(value, bytes):
            return value
        return "" if value is None else json.dumps(value)


def converters(name):
    for entry in walked(get_resolver().url_patterns):
        if entry.name == name:
            return entry.pattern.converters
    raise LookupError(name)


def fixed(name):
    """What an address has beside its converters, or by its own name."""
    files = {
        "api-dataset": "kto.csv.gz",
        "api-snapshot-about": "README.md",
        "api-snapshot-file": "preferences.parquet",
    }
    if name in files:
        return {"file": files[name]}
    for role in ("critic", "attacker"):
        if name == f"api-at-work-{role}-remove":
            return {"role": role}
    return {}


def walked(entries):
    for entry in entries:
        if isinstance(entry, URLResolver):
            yield from walked(entry.url_patterns)
        else:
            yield entry


def make_world():
    """Return it with a round in review that has failed in part, and everything that came of it."""
    campaign = make_campaign(slug="maths", min_preferences=1)
    learner = make_version(campaign, backend="transformers", location="org/learner")
    former = make_version(campaign, active=False)
    Promotion.objects.create(campaign=campaign, role="learner", version=former, reason="first")
    critic = make_version(campaign, "critic")
    make_version(campaign, "attacker")
    round_ = make_round(learner, number=1)
    WorkUnit.objects.create(round=round_, stage=Stage.REVIEW, index=0, state="failed", error="?")
    item = make_item(campaign, round=round_)
    judgement = make_judgement(item)
    critique = Critique.objects.create(response=item.response_a, version=critic, summary="Wrong.")
    Comment.objects.create(
        critique=critique, number=1, quote="x", quote_match="none", severity="minor"
    )
    cross_examine(round_, item.response_a, "contradicts")
    Preference.objects.create(
        campaign=campaign,
        query=item.query,
        chosen=item.response_a,
        rejected=item.response_b,
        source=Source.PERSON,
        judgement=judgement,
    )
    known = {
        "slug": campaign.slug,
        "number": round_.number,
        "query_id": item.query_id,
        "response_id": item.response_a_id,
        "critique_id": critique.pk,
        "proposal_id": WeaknessProposal.objects.create(
            round=round_, version=former, name="Remainders"
        ).pk,
        "item_id": item.pk,
        "judgement_id": judgement.pk,
        "assignment_id": 10**9,
        "version_id": former.pk,
        **_members(campaign),
        **_trained(round_, former),
    }
    known |= _reviewed(campaign)
    add_principle(campaign=campaign, text="Be kind.")
    change_settings(campaign=campaign, queries_per_round=50)
    known |= {"key": "rounds", "api-settings-restore": {"number": 1}}
    known |= {"file": "preferences.jsonl", **_imports(campaign)}
    known["webhook_id"] = WebhookEndpoint.objects.create(
        campaign=campaign,
        url="https://1.1.1.1/there",
        events=["item.closed"],
        secret="whsec_AAAA",
        created_by=make_user(),
    ).pk
    return World(campaign, known)


def make_judgement(item, user=None):
    """Return what a person said of the item: A is better."""
    return Judgement.objects.create(
        query=item.query,
        response_a=item.response_a,
        response_b=item.response_b,
        item=item,
        round=item.round,
        source=Source.PERSON,
        user=user or make_user(),
        choice="a",
        p_a_better=1.0,
    )


def _members(campaign):
    make_user("newcomer")
    return {"member_id": CampaignMember.objects.get(user=make_member(campaign, "annotator")).pk}


def _imports(campaign):
    """One that is under way, one that waits to be confirmed, one that left a row out."""
    rows = [
        begin_import(campaign=campaign, user=make_user(), file_name="q.jsonl") for _ in range(3)
    ]
    for row in rows[1:]:
        receive(import_id=row.pk, offset=0, chunks=[b'{"text": "What is 1 + 1?"}\n'])
        finish_receiving(import_id=row.pk)
    Import.objects.filter(pk=rows[2].pk).update(state="done", ended_at="2026-01-01T00:00Z")
    folder.refused_of(rows[2].pk).write_text('{"line": 1, "reason": "bad", "row": null}\n')
    return {
        "import_id": rows[0].pk,
        "api-import-confirm": {"import_id": rows[1].pk},
        "api-import-refused": {"import_id": rows[2].pk},
    }


def _trained(round_, candidate):
    campaign = round_.campaign
    snapshot = Snapshot.objects.create(
        campaign=campaign, sha256="0" * 64, train_count=1, validation_count=0
    )
    run = TrainingRun.objects.create(
        campaign=campaign, round=round_, parent=round_.learner, snapshot=snapshot
    )
    evaluation = Evaluation.objects.create(
        campaign=campaign,
        round=round_,
        candidate=candidate,
        baseline=round_.learner,
        is_promoted=False,
        reasons=["No better."],
    )
    return {
        "sha256": snapshot.sha256,
        "other": snapshot.sha256,
        "run_id": run.pk,
        "evaluation_id": evaluation.pk,
    }


def _reviewed(campaign):
    """An item that somebody has answered, and that waits to be reviewed."""
    item, person = make_item(campaign, state="closed"), make_member(campaign)
    Assignment.objects.create(
        campaign=campaign,
        item=item,
        annotator=person,
        state="submitted",
        expires_at="2026-01-01T00:00Z",
    )
    review = Review.objects.create(campaign=campaign, item=item, reasons=["by_hand"])
    return {"review_id": review.pk, "api-review-ask": {"item_id": item.pk}}
