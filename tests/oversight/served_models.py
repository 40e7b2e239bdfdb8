"""Models of all three roles behind a scripted server, and a small campaign that asks them."""

import json

from models_srv.backends.chat_request import row_seed
from oversight.loop.services.coordinator import advance_round
from oversight.loop.services.rounds import start_round
from oversight.models import BackendKind, Campaign, ModelVersion, Role, Round
from tests.factories import make_campaign, make_query, make_version, set_settings
from tests.models_srv.backends.fake_server import FakeServer, completion

SOUND = "verdict: sound\nsummary: No problem found."


class ScriptedModels(FakeServer):
    """Answers as attacker, learner and critic would; what it was asked is in `requests`."""

    def __init__(self):
        super().__init__()
        self.reply = self.answer

    def reply_to(self, request):
        """Answer by the name that was asked for."""
        status, body = self.reply(request)
        return status, body.replace('"model": "m"', f'"model": "{request["model"]}"')

    def answer(self, request):
        if "Check the answer" in request["messages"][0]["content"]:
            return completion(SOUND)
        text = request["messages"][-1]["content"]
        if text.startswith("Kind:"):
            return completion(f"What is {request['seed']} + 1?")
        return completion(
            f"Answer {row_seed(request.get('seed', 0), text)}", count=request.get("n", 1)
        )

    def asked(self, role):
        """Return the requests to a role, as texts that tell them apart."""
        return [json.dumps(each, sort_keys=True) for each in self.requests if each["model"] == role]


def serve(campaign: Campaign, url: str, *roles: str) -> list[ModelVersion]:
    """Put versions to work whose models are at `url`, by the names of their roles."""
    place = {"backend": BackendKind.OPENAI, "location": url}
    return [make_version(campaign, role, served_name=role, **place) for role in roles]


def make_served_campaign(url: str, *, queries: int = 10, roles=tuple(Role.values)) -> Campaign:
    """A campaign of imported queries, of which a round takes all; without checker and updates."""
    campaign = make_campaign()
    serve(campaign, url, *roles)
    for number in range(queries):
        make_query(campaign, f"What is {number} + {number}?")
    set_settings(
        campaign,
        queries_per_round=queries,
        samples_per_query=2,
        pool_share=1.0,
        gold_items=0,
        tampered_items=0,
    )
    return campaign


def begin(campaign: Campaign) -> Round:
    """Start a round and let it come as far as it can without a model."""
    round_ = start_round(campaign=campaign)
    advance_round(round_.pk)
    return round_
