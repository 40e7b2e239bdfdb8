"""What is exported in a format of the field is read again as the same, field by field."""

import io

import pytest

from oversight.data.importers import guessing
from oversight.data.services.imports import ImportRequest, import_campaign
from tests.oversight.data.exported import make_world, rows_of, written

pytestmark = pytest.mark.django_db
TEXTS = [
    "Plain words.",
    "Quotes \"here\", 'there', and \\ behind.",
    "Two\nlines and\n\nthree.",
    "Human: said so. Assistant: did so.",
    "=1+1 and ünï 🙂",
]
# Of each dataset what its file is read as, and the fields that have to come back. Single answers that are
# good or bad (KTO, SFT) are read as ratings, which are no preferences: the samples cover them.
TRIPS = {
    "preferences": (
        "preferences",
        ["prompt", "chosen", "rejected", "source", "p_w", "weight", "node"],
    ),
    "preferences-text": ("preferences", ["prompt", "chosen", "rejected", "source", "p_l", "node"]),
    "rewardbench": ("rewardbench", ["prompt", "chosen", "rejected", "subset"]),
    "hh-rlhf": ("hh-rlhf", ["chosen", "rejected"]),
    "rankings": ("rankings", ["prompt", "responses", "ranks", "source"]),
}


@pytest.fixture
def world():
    return make_world(TEXTS)


def fields(rows, names):
    """The rows as far as the format says them, whatever their order."""
    return sorted(repr([row[name] for name in names]) for row in rows)


@pytest.mark.parametrize("name", sorted(TRIPS))
def test_it_comes_back(world, name):
    told, names = TRIPS[name]
    content = written(name, world)
    assert guessing.guess(io.BytesIO(content)).format == told
    request = ImportRequest(format=told, slug="again", held_out_share=0)
    again = import_campaign(stream=io.BytesIO(content), request=request).campaign
    assert fields(rows_of(name, again), names) == fields(rows_of(name, world), names)
