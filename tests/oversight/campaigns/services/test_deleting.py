"""A campaign goes with all that is in it, and only while nobody's labels are in it."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from annotate.models import Assignment
from oversight.campaigns.selectors.belongings import belongings
from oversight.campaigns.services.campaigns import add_principle
from oversight.campaigns.services.deleting import delete_campaign
from oversight.campaigns.services.pictures import add_picture
from oversight.campaigns.services.settings import change_settings
from oversight.errors import WrongState
from oversight.models import (
    Act,
    AuditEntry,
    Campaign,
    Judgement,
    Source,
    Stage,
)
from oversight.models.groups import SettingsVersion
from tests.annotate.records import make_answer, make_reviewed_pair, url
from tests.factories import make_campaign, make_item, make_round, make_user, make_version
from tests.pictures import picture

pytestmark = pytest.mark.django_db


def rows_of(campaign):
    """How many rows of each record are the campaign's."""
    counted = {
        model.__name__: model._base_manager.filter(**{path: campaign.pk}).count()
        for model, path in belongings().items()
    }
    return {name: n for name, n in counted.items() if n}


def judge(campaign, source, user=None):
    item = make_item(campaign)
    return Judgement.objects.create(
        query=item.query,
        response_a=item.response_a,
        response_b=item.response_b,
        item=item,
        source=source,
        user=user,
        choice="a",
        p_a_better=1.0,
    )


@pytest.fixture
def full():
    """A campaign with critiques, a lease, a program's label, versions of settings: no person's label."""
    pair = make_reviewed_pair()
    campaign = pair.campaign
    pair.lease()
    judge(campaign, Source.SIMULATED, make_user(is_simulated=True))
    change_settings(campaign=campaign, audit_share=0.3)
    add_principle(campaign=campaign, text="Be right.")
    add_picture(campaign=campaign, content=picture())
    learner = campaign.versions.get(role="learner")
    make_version(campaign, parent=learner, active=False)
    make_round(learner, number=1, stage=Stage.DONE, finished_at=timezone.now())
    return campaign


def test_it_goes_with_all_that_is_in_it_and_others_stay(full):
    other = make_campaign()
    make_item(other)
    kept, held = rows_of(other), rows_of(full)
    assert {"SettingsVersion", "Promotion", "Comment", "Judgement", "Assignment"} <= set(held)
    assert {"GuidelinePicture", "ReviewItem_critiques"} & set(held)
    delete_campaign(campaign=full, name=full.name)
    assert not Campaign.objects.filter(pk=full.pk).exists()
    # What triggers counted as rows went is put together, and dropped, by a worker.
    assert set(rows_of(full)) <= {"Tally"}
    assert rows_of(other) == kept


def test_the_audit_log_keeps_that_it_was_and_who_deleted_it(full):
    by, name, slug = make_user(), full.name, full.slug
    delete_campaign(campaign=full, name=name, by=by)
    entry = AuditEntry.objects.get(act=Act.CAMPAIGN_DELETED)
    assert (entry.campaign_id, entry.by_id) == (full.pk, by.pk)
    assert entry.details == {"name": name, "slug": slug}


def test_what_people_said_keeps_it(full):
    judge(full, Source.PERSON, make_user())
    before = rows_of(full)
    with pytest.raises(WrongState, match="holds 1 answer of people, which are never deleted"):
        delete_campaign(campaign=full, name=full.name)
    assert rows_of(full) == before


def test_what_was_said_before_the_critique_was_shown_keeps_it(full):
    assignment = Assignment.objects.get(campaign=full)
    assignment.item.blind_answers.create(user=assignment.annotator, choice="a", order_shown="ab")
    with pytest.raises(WrongState, match="holds 1 answer"):
        delete_campaign(campaign=full, name=full.name)


def test_an_answer_of_the_workbench_keeps_it(client):
    pair = make_reviewed_pair()
    client.force_login(pair.user)
    held = pair.lease()
    client.post(url("submit", held), make_answer(held))
    with pytest.raises(WrongState, match="holds 1 answer of people"):
        delete_campaign(campaign=pair.campaign, name=pair.campaign.name)


def test_the_database_keeps_a_persons_label_whoever_asks(full):
    label = judge(full, Source.PERSON, make_user())
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('oversight.campaign_going', %s, true)", [str(full.pk)])
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Judgement.objects.filter(pk=label.pk)._raw_delete(using="default")


def test_append_only_rows_of_others_stay_while_a_campaign_goes(full):
    other = make_campaign()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('oversight.campaign_going', %s, true)", [str(full.pk)])
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        SettingsVersion.objects.filter(campaign=other)._raw_delete(using="default")


def test_afterwards_append_only_rows_stay_again(full):
    delete_campaign(campaign=full, name=full.name)
    other = make_campaign()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        SettingsVersion.objects.filter(campaign=other)._raw_delete(using="default")


def test_an_open_round_is_cancelled_first(full):
    make_round(full.versions.filter(role="learner").first(), number=2)
    with pytest.raises(WrongState, match="cancel it first"):
        delete_campaign(campaign=full, name=full.name)


def test_another_name_deletes_nothing(full):
    with pytest.raises(WrongState, match="not the name"):
        delete_campaign(campaign=full, name="Another")
    assert Campaign.objects.filter(pk=full.pk).exists()


def test_every_record_that_hangs_on_a_campaigns_records_is_known_to_be_its():
    found = belongings()
    strangers = {
        model.__name__
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.remote_field and field.related_model in {Campaign, *found}
        and model not in {*found, Campaign}
    }  # fmt: skip
    # The audit log outlives what it tells of.
    assert strangers == {"AuditEntry"}
