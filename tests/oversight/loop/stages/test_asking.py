"""A stage that asks in its own process asks a server as the desk would."""

import pytest

from models_srv.types import Message, ModelRequest, Sampling
from oversight.loop.stages.asking import Question, answer_here
from tests.factories import make_campaign
from tests.oversight.served_models import ScriptedModels, serve

pytestmark = pytest.mark.django_db

FORM = '{"type": "object"}'


@pytest.fixture
def models():
    models = ScriptedModels()
    yield models
    models.close()


def test_a_server_gets_requests_whole(models):
    [critic] = serve(make_campaign(), models.url, "critic")
    turns = (Message("user", "What is 1 + 1?"),)
    sampling = Sampling(temperature=1.0, max_tokens=5, seed=3)
    requests = [
        ModelRequest(turns, sampling, name="first", samples=2),
        ModelRequest(turns, sampling, name="second", schema=FORM),
    ]
    answered = answer_here([Question(critic, each, each.name) for each in requests])
    assert [(question.about, len(said)) for question, said in answered] == [
        ("first", 2),
        ("second", 1),
    ]
    assert sorted("response_format" in request for request in models.requests) == [False, True]
    assert len({request["seed"] for request in models.requests}) == 2
