"""Snapshots: the hash names the content, the split leaks nothing, and nothing changes any more."""

import hashlib
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from oversight.campaigns.policies.splitting import in_share
from oversight.data.policies.shares import VALIDATION_SALT, VALIDATION_SHARE
from oversight.data.selectors.frozen import Freeze
from oversight.data.selectors.snapshot_diff import snapshot_difference
from oversight.data.services.snapshots import freeze, make_snapshot
from oversight.errors import WrongState
from oversight.models import Preference, Snapshot, Source
from tests.factories import make_campaign, make_query, make_response, make_round, make_version
from tests.oversight.data.exported import make_world, rows_of, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return make_campaign()


def make_preference(campaign, text="", node="", cluster="", **fields):
    query = make_query(campaign, text, node=node, **({"cluster": cluster} if cluster else {}))
    good, bad = make_response(query, "Good."), make_response(query, "Bad.")
    values = {"source": Source.PERSON, "chosen": good, "rejected": bad, **fields}
    return Preference.objects.create(campaign=campaign, query=query, **values)


def reckoned(rows):
    """The hash, by what selectors/frozen.py says of it."""
    digests = []
    for query, chosen, rejected, *rest in rows:
        fields = [query, "", chosen, "", rejected, "", *rest]
        parts = b"".join(b"%d:%s," % (len(each.encode()), each.encode()) for each in fields)
        digests.append(hashlib.sha256(parts).hexdigest())
    return hashlib.sha256("".join(f"{each}\n" for each in sorted(digests)).encode()).hexdigest()


def test_the_hash_is_what_is_written_of_it(campaign):
    make_preference(campaign, "Ünï?", p_w=0.1, p_l=0.30000000000000004, weight=2)
    make_preference(campaign, "Two?", source=Source.CRITIC)
    snapshot = make_snapshot(campaign=campaign)
    sides = {row.preference.query.text: row.split for row in snapshot.rows.all()}
    assert snapshot.sha256 == reckoned(
        [
            ("Ünï?", "Good.", "Bad.", "person", "0.1", "0.30000000000000004", "2", sides["Ünï?"]),
            ("Two?", "Good.", "Bad.", "critic", "1", "0", "1", sides["Two?"]),
        ]
    )
    assert snapshot.hash_version == 2


def test_the_same_rows_make_the_same_snapshot_whatever_their_ids_and_order():
    first, second = make_campaign(), make_campaign()
    for campaign, texts in ((first, ["One?", "Two?"]), (second, ["Two?", "One?"])):
        for text in texts:
            make_preference(campaign, text, cluster=text)
    one, other = make_snapshot(campaign=first), make_snapshot(campaign=second)
    assert one.sha256 == other.sha256
    assert make_snapshot(campaign=first) == one


def test_the_split_is_that_of_the_policy(campaign):
    for number in range(60):
        make_preference(campaign, cluster=f"cluster {number}")
    snapshot = make_snapshot(campaign=campaign)
    for row in snapshot.rows.select_related("preference__query"):
        is_back = in_share(row.preference.query.cluster, VALIDATION_SHARE, salt=VALIDATION_SALT)
        assert (row.split == "validation") == is_back
    assert 0 < snapshot.validation_count < 20
    assert snapshot.facts["leaks"]["clusters_on_both_sides"] == 0


def test_what_is_near_a_held_out_query_stays_out_and_is_counted(campaign):
    make_preference(campaign, cluster="seen")
    make_preference(campaign, "What is  IT?", cluster="else")
    kept = make_preference(campaign)
    make_query(campaign, split="held_out", cluster="seen")
    make_query(campaign, "what is it?", split="held_out", cluster="other")
    snapshot = make_snapshot(campaign=campaign)
    assert [row.preference_id for row in snapshot.rows.all()] == [kept.pk]
    assert snapshot.facts["leaks"]["near_held_out_left_out"] == 2


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"sources": ["critic"]}, {"critic"}),
        ({"simulated": False}, {"person", "critic", "old", "unsure"}),
        ({"nodes": ["sums"]}, {"person"}),
        ({"least_belief": 0.9}, {"person", "critic", "simulated", "old"}),
        ({"first_round": 7}, {"critic"}),
        ({"last_round": 7}, {"critic"}),
        ({"until": "2020-01-02"}, {"old"}),
        ({"since": "2020-01-03"}, {"person", "critic", "simulated", "unsure"}),
        ({"kinds": ["rewritten"]}, set()),
    ],
)
def test_it_takes_what_is_asked_for(campaign, monkeypatch, asked, expected):
    round_ = make_round(make_version(campaign), number=7)
    rows = {
        "person": make_preference(campaign, node="sums"),
        "critic": make_preference(campaign, source=Source.CRITIC, round=round_),
        "simulated": make_preference(campaign, source=Source.SIMULATED),
        "unsure": make_preference(campaign, p_w=0.6, p_l=0.4),
    }
    then = datetime(2020, 1, 2, 23, 59, tzinfo=UTC)
    with monkeypatch.context() as past:
        past.setattr("django.utils.timezone.now", lambda: then)
        rows["old"] = make_preference(campaign)
    snapshot = freeze(campaign=campaign, asked=Freeze(**asked))
    names = {row.pk: name for name, row in rows.items()}
    assert {names[row.preference_id] for row in snapshot.rows.all()} == expected


def test_nothing_to_freeze_is_refused_where_that_is_asked(campaign):
    with pytest.raises(WrongState, match="nothing to freeze"):
        freeze(campaign=campaign, asked=Freeze(), is_empty_refused=True)
    assert not Snapshot.objects.exists()


@pytest.mark.parametrize("field", ["sha256", "train_count", "facts", "filters", "hash_version"])
def test_its_content_never_changes_but_its_name_may(campaign, field):
    make_preference(campaign)
    snapshot = make_snapshot(campaign=campaign)
    Snapshot.objects.update(name="Another", note="So.")
    value = {"facts": {"rows": 3}, "filters": {"kinds": []}}.get(field, "9")
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        Snapshot.objects.filter(pk=snapshot.pk).update(**{field: value})


def test_facts_count_every_row_once():
    world = make_world()
    facts = make_snapshot(campaign=world).facts
    rows = world.preferences.count()
    for name in ("by_source", "by_kind", "by_split", "by_version"):
        assert sum(count for _, count in facts[name]) == rows
    assert facts["rows"] == rows
    # Two people each: every other pair is a tie for the second.
    assert facts["agreement"] == {"pairs": rows, "agreeing": rows // 2, "items": rows}


def test_its_rows_stay_what_they_were_when_labels_change(campaign):
    row = make_preference(campaign)
    make_preference(campaign)
    snapshot = make_snapshot(campaign=campaign)
    before = [written(n, campaign, snapshot=snapshot) for n in ("preferences", "kto", "sft")]
    Preference.objects.create(
        campaign=campaign, query=row.query, chosen=row.rejected, rejected=row.chosen,
        source=row.source, supersedes=row,
    )  # fmt: skip
    after = [written(n, campaign, snapshot=snapshot) for n in ("preferences", "kto", "sft")]
    assert before == after
    exported = rows_of("preferences", campaign, snapshot=snapshot)
    assert [each["snapshot"] for each in exported] == [snapshot.sha256] * 2
    assert {each["id"] for each in exported} == set(
        snapshot.rows.values_list("preference_id", flat=True)
    )


def test_the_difference_names_what_came_went_turned_and_changed(campaign):
    gone = make_preference(campaign, "Gone?")
    turned = make_preference(campaign, "Turned?")
    doubted = make_preference(campaign, "Doubted?")
    make_preference(campaign, "The same?")
    before = make_snapshot(campaign=campaign)

    def supersede(row, **fields):
        values = {"chosen": row.chosen, "rejected": row.rejected, **fields}
        return Preference.objects.create(
            campaign=campaign, query=row.query, source=row.source, supersedes=row, **values
        )

    supersede(gone, weight=0)
    supersede(turned, chosen=turned.rejected, rejected=turned.chosen)
    supersede(doubted, p_w=0.8, p_l=0.2)
    new = make_preference(campaign, "New?")
    after = make_snapshot(campaign=campaign)
    found = snapshot_difference(before, after)
    assert found.counts == {
        "added": 1, "removed": 1, "changed_label": 1, "changed_reliability": 1, "moved_split": 0,
    }  # fmt: skip
    by_query = {row["query"]: row for row in found.rows}
    assert by_query.keys() == {"Gone?", "Turned?", "Doubted?", "New?"}
    assert (by_query["New?"]["after"], by_query["Gone?"]["before"]) == (new.pk, gone.pk)
    assert set(snapshot_difference(after, after).counts.values()) == {0}
