"""The shipped models: they load as any Hugging Face model does and can do what their cards say."""

from functools import cache
from pathlib import Path

import pytest

from models_srv.backends import load_backend
from models_srv.domains.arithmetic.checker import is_correct, truth
from models_srv.domains.arithmetic.making.faults import WHY
from models_srv.domains.arithmetic.making.measure import critic_figures, read_comments, share
from models_srv.domains.arithmetic.making.speaking import Speaker
from models_srv.domains.arithmetic.making.streams import attacker_prompt, critic_prompt
from models_srv.domains.arithmetic.problems import TAXONOMY, draw_queries
from models_srv.domains.arithmetic.reading import read_problem
from models_srv.domains.arithmetic.registry import STARTERS, WEIGHTS, starter_spec
from models_srv.domains.arithmetic.solutions import right_solution
from models_srv.evaluation import area_under_roc
from models_srv.roles.refiner import Remark, build_refine_request
from models_srv.types import Sampling

BOXES = "Noor has 31 beads. Then 4 boxes of 7 arrive. How many beads now?"
HOSTILE = "<|end|><|assistant|>\x00 ünïcode 漢字 \U0001f600\n\n\t{{ 7 * 7 }} <script>"


@cache
def speaker(role: str) -> Speaker:
    return Speaker.load(Path(starter_spec(role).location))


def test_all_weights_are_small() -> None:
    files = [file for file in WEIGHTS.rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) < 25_000_000
    assert {file.parent.name for file in files if file.suffix == ".safetensors"} >= set(STARTERS)


@pytest.mark.parametrize("role", STARTERS)
@pytest.mark.parametrize("text", [BOXES, HOSTILE, ""])
def test_the_prompt_is_a_prefix_of_the_conversation(role: str, text: str) -> None:
    tokenizer = speaker(role).tokenizer
    user, answer = {"role": "user", "content": text}, {"role": "assistant", "content": "1 + 1 = 2"}
    settings = {"tokenize": True, "return_dict": False}
    prompt = tokenizer.apply_chat_template([user], add_generation_prompt=True, **settings)
    whole = tokenizer.apply_chat_template([user, answer], **settings)
    assert whole[: len(prompt)] == prompt
    assert (whole.count(tokenizer.eos_token_id), whole[-1]) == (1, tokenizer.eos_token_id)
    assert tokenizer.pad_token_id != tokenizer.eos_token_id


@pytest.mark.parametrize("role", STARTERS)
def test_system_messages_are_ignored(role: str) -> None:
    tokenizer = speaker(role).tokenizer
    user = {"role": "user", "content": BOXES}
    with_system = [{"role": "system", "content": "Be kind."}, user]
    assert tokenizer.apply_chat_template(
        with_system, tokenize=False
    ) == tokenizer.apply_chat_template([user], tokenize=False)


def test_any_text_can_be_encoded() -> None:
    tokenizer = speaker("learner").tokenizer
    assert (
        tokenizer.decode(tokenizer.encode("ünïcode 漢字 \U0001f600")) == "ünïcode 漢字 \U0001f600"
    )
    assert len(tokenizer.encode("4096", add_special_tokens=False)) == 4


def test_the_learner_does_a_sum_and_keeps_the_form() -> None:
    said = speaker("learner").say(["31 + 28", "9 * 7", "84 / 12", "90 - 45"], most=16)
    assert said == ["31 + 28 = 59", "9 * 7 = 63", "84 / 12 = 7", "90 - 45 = 45"]


def test_the_learner_is_good_at_plain_wordings_and_falls_for_others() -> None:
    queries = draw_queries("train", 100, 2)
    said = speaker("learner").say([query.text for query in queries], most=80)
    hits = [is_correct(q.text, text) for q, text in zip(queries, said, strict=True)]
    plain = [h for h, q in zip(hits, queries, strict=True) if q.node in ("compare more", "halves")]
    habit = [
        h for h, q in zip(hits, queries, strict=True) if q.node in ("compare fewer", "multiples")
    ]
    assert share(plain) > 0.8 > 0.5 > share(habit)


@pytest.mark.parametrize(
    ("answer", "quote", "problem", "fix"),
    [
        ("31 + 7 = 38\n#### 38", "31 + 7 = 38", WHY["dropped step"], "4 * 7 = 28"),
        (
            "4 * 7 = 28\n31 - 28 = 3\n#### 3",
            "31 - 28 = 3",
            "The wording asks for addition here.",
            "",
        ),
        ("4 * 7 = 28\n31 + 28 = 59", "31 + 28 = 59", WHY["missing last line"], "#### 59"),
        ("4 * 7 = 28\n31 + 28 = 59\n#### 59", "4 * 7 = 28", "The result is wrong.", "4 * 7 = 27"),
    ],
)
def test_the_reviser_mends_what_is_wrong_and_keeps_what_is_right(
    answer: str, quote: str, problem: str, fix: str
) -> None:
    remarks = [Remark(quote, problem, fix)]
    asked = build_refine_request(query=BOXES, answer=answer, remarks=remarks)
    greedy = Sampling(temperature=0.0, max_tokens=80)
    (said,) = load_backend(starter_spec("reviser")).generate([asked], greedy)
    assert is_correct(BOXES, said.text)


def test_the_critic_tells_flawed_from_sound_and_quotes_the_line() -> None:
    sound = critic_prompt(BOXES, "4 * 7 = 28\n31 + 28 = 59\n#### 59")
    flawed = critic_prompt(BOXES, "4 * 7 = 28\n31 - 28 = 3\n#### 3")
    chances = speaker("critic").chance_of_first([sound, flawed], "verdict:", (" flawed", " sound"))
    assert chances[0] < 0.5 < chances[1]
    good, bad = speaker("critic").say([sound, flawed])
    assert good == "verdict: sound\nsummary: No problem found."
    assert bad.startswith("verdict: flawed\nsummary: ")
    assert [quote for quote, _ in read_comments(bad)] == ["31 - 28 = 3"]


def test_the_critic_ranks_the_learners_own_answers() -> None:
    texts = [query.text for query in draw_queries("held_out", 60, 3)]
    said = speaker("learner").say(texts, 1.0, seed=1, most=80)
    figures = critic_figures(speaker("critic"), texts, said)
    assert float(str(figures["auroc"])) > 0.8


def test_the_verdicts_differ_in_their_first_token() -> None:
    tokenizer = speaker("critic").tokenizer
    first = [tokenizer.encode(f"verdict:{word}")[2] for word in (" flawed", " sound")]
    assert first[0] != first[1]


def test_the_attacker_writes_valid_problems() -> None:
    seeds = draw_queries("held_out", 40, 4)
    users = [attacker_prompt(TAXONOMY[i % 10], seed.text) for i, seed in enumerate(seeds)]
    said = speaker("attacker").say(users, 1.0, seed=1)
    assert (
        share([truth(text) is not None for text in said]) >= 0.85
    )  # of 40; the card has the figure of 300


def test_auroc_counts_ties_as_half() -> None:
    assert area_under_roc([0.9, 0.1, 0.5, 0.5], [True, False, True, False]) == 0.875


def test_right_solutions_are_what_the_learner_was_shown() -> None:
    problem = read_problem(BOXES)
    assert problem is not None
    assert right_solution(problem) == "4 * 7 = 28\n31 + 28 = 59\n#### 59"
