"""What is the answer and what the reasoning before it, dialect by dialect."""

import time

import pytest

from models_srv.reasoning import answer_span, marked, opening_mark

pytestmark = pytest.mark.fault("reasoning")

THOUGHT = "Maybe\nverdict: sound\nbut no."
ANSWER = "verdict: flawed\nsummary: The sum is off."


def answer(text, **settings):
    start, end = answer_span(text, **settings)
    return text[start:end]


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        pytest.param("<think>\n", "\n</think>\n\n", id="deepseek-qwen"),
        pytest.param("<think>", "</think>", id="glued"),
        pytest.param("\n <THINK>", "</Think> ", id="any-case"),
        pytest.param("<thinking>\n", "\n</thinking>\n", id="thinking"),
        pytest.param("<thought>", "</thought>\n\n", id="exaone"),
        pytest.param("<reasoning>\n", "\n</reasoning>\n", id="reasoning"),
        pytest.param("<seed:think>", "</seed:think>", id="seed-oss"),
        pytest.param("<|think|>", "<|/think|>", id="bars"),
        pytest.param("<think >\n", "\n</think >\n", id="a-space-in-the-mark"),
        pytest.param("<inner_monologue>", "</inner_monologue>", id="monologue"),
        pytest.param("<analysis>\n", "\n</analysis>\n", id="analysis"),
        pytest.param("[THINK]", "[/THINK]", id="magistral"),
        pytest.param("◁think▷", "◁/think▷", id="kimi"),
        pytest.param("<|START_THINKING|>", "<|END_THINKING|>", id="cohere"),
        pytest.param("<|begin_of_thought|>", "<|end_of_thought|>\n", id="openthinker"),
        pytest.param("<|channel>thought\n", "<channel|>", id="gemma"),
        pytest.param("Here is my thought process: ", "\nHere is my response: ", id="granite"),
        pytest.param(
            "<|channel|>analysis<|message|>",
            "<|end|><|start|>assistant<|channel|>final<|message|>",
            id="gpt-oss",
        ),
        pytest.param("analysisWe ask. ", "assistantfinal", id="gpt-oss-without-its-marks"),
    ],
)
def test_the_answer_begins_after_the_reasoning(opening, closing):
    assert answer(opening + THOUGHT + closing + ANSWER) == ANSWER
    assert answer(opening + THOUGHT) == "", "cut off before it came to an answer"
    assert answer(opening + THOUGHT + closing) == ""


def test_the_end_of_the_last_channel_is_no_answer():
    text = "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>7"
    assert answer(text + "<|return|>") == "7"


@pytest.mark.parametrize("mark", ["</think>", "</thinking>", "[/THINK]", "</seed:think>"])
@pytest.mark.parametrize("before", ["Hm. So it is off.\n", "Hm. So it is off. ", "Hm"])
@pytest.mark.parametrize("after", ["\n\n", ""])
def test_a_closing_mark_alone_ends_what_the_prompt_opened(mark, before, after):
    assert answer(before + mark + after + ANSWER) == ANSWER
    assert answer(before + mark + after + ANSWER, may_be_open=False) != ANSWER


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Wrap it in <think> and </think>.", id="both-marks"),
        pytest.param("The model writes:\n<think>\nHm.\n</think>\nand then answers.", id="example"),
        pytest.param("The `</think>` tag ends it.", id="inline-code"),
        pytest.param("Write:\n```xml\nHm.\n</think>\n```\nThat is all.", id="fence"),
        pytest.param("Write:\n~~~\n</think>\n~~~\nThat is all.", id="tilde-fence"),
        pytest.param("The </think> tag ends the reasoning.", id="prose"),
        pytest.param("End it with a tag (</think>), then answer.", id="brackets"),
        pytest.param("`<think>` opens it.", id="begins-with-code"),
        pytest.param("I think </b> is a tag.", id="other-tags"),
        pytest.param("analysis of the sum: it is 7.", id="a-word"),
        pytest.param("  leading space stays", id="white-space"),
        pytest.param("", id="empty"),
    ],
)
def test_an_answer_that_talks_of_the_marks_stays_whole(text):
    assert answer(text) == text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<think>a<think>b</think>c</think>" + ANSWER, id="nested"),
        pytest.param("<think>They ask of <think> tags.</think>" + ANSWER, id="talked-about"),
        pytest.param("<think>a</think>\n<think>b</think>\n" + ANSWER, id="twice"),
        pytest.param("<think></think>\n\n" + ANSWER, id="empty"),
        pytest.param("<think> and </think>: hm.\n</think>\n\n" + ANSWER, id="one-too-many"),
        pytest.param("Use `<think>`.\n</think>\n\n" + ANSWER, id="code-before-a-lone-one"),
    ],
)
def test_reasoning_that_talks_of_the_marks_is_no_answer(text):
    assert answer(text) == ANSWER


def test_an_answer_taken_apart_stays_as_it_is():
    once = answer("<think>a</think>\nUse `</think>`.\n")
    assert answer(once) == once == "Use `</think>`.\n"


def test_what_the_prompt_opened_is_reasoning_until_it_is_closed():
    prompt = "<|im_start|>assistant\n<think>\n"
    assert opening_mark(prompt) == "<think>\n"
    assert answer(THOUGHT, opened="<think>\n") == ""
    assert answer(f"{THOUGHT}</think>{ANSWER}", opened="<think>\n") == ANSWER
    assert answer(f"</thinking> {THOUGHT}</think>{ANSWER}", opened="<think>\n") == ANSWER


@pytest.mark.parametrize(
    "prompt", ["<|im_start|>assistant\n", "<think>\n\n</think>\n\n", "What is <think>?", ""]
)
def test_a_prompt_that_opens_nothing(prompt):
    assert opening_mark(prompt) == ""


def test_reasoning_that_came_apart_is_kept_so_that_it_comes_apart_again():
    whole = marked(THOUGHT) + ANSWER
    assert answer(whole) == ANSWER


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("</think>, " * 20_000, id="closings"),
        pytest.param("`a` </think>, " * 20_000, id="code"),
        pytest.param("<think>" * 30_000, id="openings"),
        pytest.param("```\n" * 30_000, id="fences"),
        pytest.param("`" * 200_000, id="ticks"),
        pytest.param(" " * 200_000, id="blank"),
        pytest.param("<|channel|>" + "<|channel|>final " * 20_000, id="channels"),
        pytest.param("<|channel|>" + ("<|end|>" + " " * 50) * 5_000, id="ends"),
    ],
)
def test_it_costs_what_the_text_is_long(text):
    started = time.process_time()
    answer_span(text)
    answer_span(text, opened="<think>")
    assert time.process_time() - started < 5
