"""What campaigns are made for, and the settings that fit: all else is as usual."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from models_srv.dpo import PLAIN


@dataclass(frozen=True)
class Template:
    """A kind of campaign: its name, what happens in it, and what it sets, by the settings' names.

    Where `settings` name a checker, its domain draws so many queries to train on, and others that
    are held out. `learner` is a model's location (oversight/versions/services/loading.py).
    """

    key: str
    title: str
    sentence: str
    settings: Mapping[str, object] = field(default_factory=dict)
    train_queries: int = 0
    held_out_queries: int = 0
    learner: str = ""


INSTRUCTION_GUIDELINES = (
    "Each query is a task in its first line, and in each line beneath something that the answer has "
    "to keep to.\n\n"
    "Prefer the answer that keeps to more of it. If both keep to all of it, prefer the better answer "
    "to the task, then the shorter one. If both keep to nothing, choose “both bad”.\n"
)

TEMPLATES = {
    template.key: template
    for template in (
        Template(
            "compare",
            "Just compare",
            "You have answers, and people say which is better. Two people judge each pair, and a third "
            "decides where each prefers another.",
            {
                "audit_share": 1.0,
                "annotators_per_item": 2,
                "is_adjudicated": True,
                "pool_share": 1.0,
                "uses_reward_model": False,
            },
        ),
        Template(
            "critiques",
            "Critiques rated",
            "A critic comments on answers, and people say which of its comments are right and rate "
            "whole critiques side by side.",
            {"audit_share": 1.0, "rating_items": 20, "pool_share": 1.0, "uses_reward_model": False},
        ),
        Template(
            "study",
            "Study of assistance",
            "Do people judge better with critiques? A quarter of the items come without, a quarter "
            "with the places that it quotes alone, a quarter are judged once before the critique is "
            "shown, and some have a known answer.",
            {
                "audit_share": 1.0,
                "annotators_per_item": 2,
                "hidden_share": 0.25,
                "blind_first_share": 0.25,
                "evidence_share": 0.25,
                "gold_items": 15,
                "tampered_items": 15,
                "is_rationale_required": True,
                "uses_reward_model": False,
            },
        ),
        Template(
            "loop",
            "Full loop",
            "An attacker writes queries, the learner answers, the critic comments, people judge what "
            "is unsure, and the learner is trained on it, round by round.",
            {
                "acceptance": "calibrated",
                "gold_items": 5,
                "tampered_items": 5,
                "hidden_share": 0.1,
                "gate_items": 20,
                "flawed_items": 10,
            },
        ),
        Template(
            "red_teaming",
            "Red teaming",
            "People talk with the learner and keep what it failed at; a round then asks about that.",
            {"is_red_teaming_open": True, "pool_share": 1.0, "audit_share": 0.3},
        ),
        Template(
            "smollm2",
            "A small language model",
            "SmolLM2 learns to follow instructions like “Use no commas at all.” from what people, or "
            "simulated annotators, say of its answers. A program checks how far it comes.",
            {
                "checker": "instructions",
                "guidelines": INSTRUCTION_GUIDELINES,
                "queries_per_round": 160,
                "samples_per_query": 4,
                "pool_share": 1.0,
                "temperature": 0.7,
                "max_tokens": 96,
                "audit_share": 1.0,
                "human_budget": 160,
                "answers_per_item": 4,
                "gold_items": 5,
                # As measured on this model; the usual terms were on another.
                **PLAIN,
                "loss": "dpo_sft",
                "beta": 0.1,
                "method": "lora",
                "learning_rate": 5e-4,
                "epochs": 2.0,
                "batch_size": 8,
                "uses_reward_model": False,
            },
            train_queries=960,
            held_out_queries=200,
            learner="models:smollm2",
        ),
    )
}
USUAL = "loop"
