"""A round's plan: its settings by page, in the order of the pages, and what was otherwise before."""

from oversight.loop.plan_facts import PlanFact, facts_by_page

PLAN = {
    "learning_rate": 3e-4,
    "slots": [{"node": "sums"}],
    "audit_share": 0.1,
    "loss": "dpo",
    "queries_per_round": 160,
    "always_ask": [],
    "unheard": 3,
}


def test_settings_stand_under_their_pages_in_the_order_of_these():
    found = facts_by_page(PLAN, {})
    assert [(title, [fact.name for fact in facts]) for title, facts in found] == [
        ("Each round", ["Queries per round"]),
        ("Routing", ["Audit share (%)"]),
        ("Training", ["Loss", "Learning rate"]),
        ("", ["Unheard"]),
    ]
    assert found[0][1] == [PlanFact("Queries per round", 160)]


def test_what_was_otherwise_before_is_said_and_nothing_of_what_was_not_there():
    before = {**PLAN, "queries_per_round": 96}
    del before["learning_rate"]
    facts = {fact.name: fact for _, group in facts_by_page(PLAN, before) for fact in group}
    assert facts["Queries per round"].former == 96
    assert facts["Learning rate"].former is None
