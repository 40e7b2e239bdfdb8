import pytest
from django.test import Client

from annotate.models import Assignment
from tests.annotate.records import make_reviewed_pair


@pytest.fixture
def pair(db):
    """One pair with critiques in a campaign, and an annotator who is signed in."""
    return make_reviewed_pair()


@pytest.fixture
def client(pair):
    client = Client()
    client.force_login(pair.user)
    return client


@pytest.fixture
def assignment(pair):
    """The pair's lease, A on the left."""
    row = pair.lease()
    Assignment.objects.filter(pk=row.pk).update(order_shown="ab")
    row.refresh_from_db()
    return row
