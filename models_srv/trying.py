"""A model is tried with one real request before anybody relies on it."""

from models_srv.backends import load_backend
from models_srv.roles.attacker import build_attack_request
from models_srv.roles.critic import build_critique_request
from models_srv.roles.learner import build_answer_request
from models_srv.types import Conversation, ModelError, ModelSpec, RoleName, Sampling

SHORT = Sampling(temperature=0.0, max_tokens=16)
QUERY = "What is 2 + 3?"


def try_model(spec: ModelSpec, role: RoleName) -> str:
    """Ask the model what its role is asked, briefly; return what failed in words, "" where it answers.

    What it answers is not judged: a short answer of nonsense is one.
    """
    try:
        (generation,) = load_backend(spec).generate([_request(role)], SHORT)
    except ModelError as error:
        return str(error)
    # One that thinks first may still be at it after so few tokens.
    return "" if generation.reasoning else generation.error


def _request(role: RoleName) -> Conversation:
    if role == "attacker":
        return build_attack_request(node="", seed_query=QUERY)
    if role == "critic":
        return build_critique_request(query=QUERY, response="It is 6.")
    return build_answer_request(query=QUERY)
