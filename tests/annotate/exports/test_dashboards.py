"""Every figure of the dashboards is the one that anybody can reckon from what is exported.

The campaign is a made-up one with all kinds of items. Its held-out queries are made ordinary ones:
what is held out is on the dashboards and in no export.
"""

from collections import Counter, defaultdict
from itertools import combinations

import pytest
from django.db import connection

from annotate.simulation.seeding.seeding import seed_campaign
from annotate.team.selectors.effort import effort_of
from annotate.team.selectors.figures import Share, figures_of
from annotate.team.selectors.groups import groups_of
from oversight.asking.selectors.decisions import decisions
from oversight.asking.selectors.effort import RECENT
from oversight.campaigns.services.tallies import reckon_tallies
from oversight.loop.selectors.funnel import funnel
from oversight.loop.selectors.progress import judgement_counts, preference_counts
from oversight.models import ItemKind, PersonAttribute, Query, User
from oversight.pages.selectors.story import campaign_story
from oversight.trust.selectors.critique_effect import critique_effects
from tests.factories import set_settings
from tests.oversight.data.exported import rows_of

pytestmark = pytest.mark.django_db
GROUPS = ["North", "South", "East"]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The campaign, made once: its rows go with the transaction that is rolled back at the end."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        campaign = seed_campaign(slug="many", items=600, seed=11)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            Query.objects.filter(campaign=campaign).update(split="train")
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        reckon_tallies(campaign.pk)
        yield campaign
        transaction.set_rollback(True)


def exported(name, campaign):
    return rows_of(name, campaign, simulated=True)


@pytest.fixture(scope="module")
def annotations(world):
    return exported("annotations", world)


@pytest.fixture(scope="module")
def judgements(world):
    return exported("judgements", world)


@pytest.fixture(scope="module")
def preferences(world):
    return exported("preferences", world)


def counted(counts):
    return {"person": counts.human, "simulated": counts.simulated, "critic": counts.critic}


def test_the_campaign_has_all_kinds_of_items(annotations):
    assert {row["kind"] for row in annotations} == set(ItemKind.values)
    assert {"standing", "superseded", "skipped", "flagged"} <= {row["state"] for row in annotations}


def test_labels_by_who_gave_them(world, preferences):
    by_source = Counter(row["source"] for row in preferences)
    found = counted(preference_counts(world))
    assert found == {source: by_source[source] for source in found}


def test_the_story_round_by_round(world, preferences):
    by_round = defaultdict(Counter)
    for row in preferences:
        by_round[row["round"]][row["source"]] += 1
    lines = campaign_story(world).lines
    assert len(lines) > 3
    for line in lines:
        said = by_round[line.number]
        assert counted(line.labels) == {source: said[source] for source in counted(line.labels)}
        assert line.human_share == pytest.approx(said["person"] / sum(said.values()))
    for round_ in world.rounds.all():
        assert funnel(round_, decisions(round_)).preferences == sum(
            by_round[round_.number].values()
        )


def test_judgements_by_who_made_them(world, annotations):
    """Steps and ratings of critiques say nothing of a pair: they are in `annotations` alone."""
    standing = Counter(row["source"] for row in annotations if row["state"] == "standing")
    withdrawn = Counter(
        row["source"] for row in annotations
        if row["state"] == "standing" and row["item"] in withdrawn_items(world)
    )  # fmt: skip
    found = counted(judgement_counts(world))
    for source in ("person", "simulated"):
        assert found[source] == standing[source] - withdrawn[source]


def withdrawn_items(world):
    return set(world.items.filter(state="withdrawn").values_list("pk", flat=True))


def by_person(rows):
    found = defaultdict(list)
    for row in rows:
        found[row["annotator"]].append(row)
    return found


def pseudonyms(annotations):
    """Return each account's pseudonym, found by the ids of its assignments."""
    from annotate.models import Assignment

    accounts = dict(Assignment.objects.values_list("pk", "annotator_id"))
    return {accounts[row["id"]]: row["annotator"] for row in annotations}


def test_what_each_person_did(world, annotations, judgements):
    names, rows = pseudonyms(annotations), by_person(annotations)
    expected = {row["item"]: row["expected"] for row in judgements}
    compared = [row for row in annotations if row["state"] == "standing" and row["choice"]]
    people = figures_of(world)
    assert len(people) > 5
    for person in people:
        if person.person not in names:
            assert person.done == 0
            continue
        own = rows[names[person.person]]
        standing = [row for row in own if row["state"] == "standing"]
        assert person.done == len(standing)
        assert person.seconds == pytest.approx(sum(row["seconds"] for row in standing))
        known = [row for row in standing if expected.get(str(row["item"]))]
        right = sum(row["choice"] == expected[str(row["item"])] for row in known)
        assert person.gold == Share(right, len(known))
        same = [
            mine["choice"] == other["choice"]
            for mine in compared if mine["annotator"] == names[person.person]
            for other in compared
            if other["item"] == mine["item"] and other["annotator"] != mine["annotator"]
        ]  # fmt: skip
        assert person.agreed == Share(sum(same), len(same))
        dealt_with = {row["id"] for row in own}
        flagged = {row["id"] for row in own if row["flag"]}
        assert person.flagged == Share(len(flagged), len(dealt_with))


def test_as_the_adjudicator_decided(world, annotations):
    names, decided = pseudonyms(annotations), {}
    standing = [row for row in annotations if row["state"] == "standing" and row["choice"]]
    subjects = dict(world.items.exclude(adjudicates=None).values_list("pk", "adjudicates"))
    for row in standing:
        if row["item"] in subjects:
            decided[subjects[row["item"]]] = row["choice"]
    assert decided
    for person in figures_of(world):
        own = [row for row in standing if row["annotator"] == names.get(person.person)]
        settled = [row for row in own if row["item"] in decided]
        right = sum(row["choice"] == decided[row["item"]] for row in settled)
        assert person.decided == Share(right, len(settled))


def test_whether_groups_judge_alike(world, annotations):
    names = pseudonyms(annotations)
    set_settings(world, attributes={"Region": GROUPS})
    people = User.objects.filter(pk__in=names).order_by("pk")
    group = {}
    for number, person in enumerate(people):
        value = GROUPS[number // 4 % 3]
        PersonAttribute.objects.create(user=person, campaign=world, name="Region", value=value)
        group[names[person.pk]] = value
    said = defaultdict(list)
    for row in annotations:
        if (
            row["state"] == "standing"
            and row["choice"]
            and row["item"] not in withdrawn_items(world)
        ):
            said[row["item"]].append(row)
    within, between = {value: [0, 0] for value in GROUPS}, [0, 0]
    for answers in said.values():
        for a, b in combinations(answers, 2):
            groups = {group[a["annotator"]], group[b["annotator"]]}
            count = within[groups.pop()] if len(groups) == 1 else between
            count[0] += a["choice"] == b["choice"]
            count[1] += 1
    (question,) = groups_of(world)
    assert question.between == Share(*between)
    assert {each.value: each.within for each in question.groups} == {
        value: Share(*count) for value, count in within.items()
    }
    assert sum(count[1] for count in within.values()) > 10


def test_how_long_one_answer_takes(world, annotations):
    timed = [row for row in annotations if row["source"] == "person" and row["seconds"]]
    newest = sorted(timed, key=lambda row: -row["judgement"])[:RECENT]
    mean = sum(row["seconds"] for row in newest) / len(newest)
    assert effort_of(world).seconds_each == pytest.approx(mean)


def test_what_the_critique_changes(world, annotations, judgements):
    expected = {int(row["item"]): row["expected"] for row in judgements if "/" not in row["item"]}
    first = {}
    for row in sorted(annotations, key=lambda row: row["annotation"]):
        is_known = row["kind"] in ("gold", "tampered") and expected.get(row["item"])
        if is_known and row["annotation"] and row["arm"] in ("shown", "hidden"):
            first.setdefault((row["item"], row["annotator"]), row)
    effects = critique_effects(world)
    answers = [row for row in first.values() if row["source"] == "person"]
    for arm in ("shown", "hidden"):
        own = [row for row in answers if row["arm"] == arm]
        weights = [1 / row["arm_propensity"] for row in own]
        right = [row["choice"] == expected[row["item"]] for row in own]
        figure = getattr(effects["person"], arm)
        assert figure.n == len(own)
        share = sum(w for w, r in zip(weights, right, strict=True) if r) / sum(weights)
        assert figure.value == pytest.approx(share)
