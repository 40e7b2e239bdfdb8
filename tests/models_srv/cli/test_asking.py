"""generate, critique and attack: each line goes out with what the model made of it."""

import json

import pytest

from models_srv.backends.local import LocalBackend
from models_srv.roles.learner import build_answer_request
from models_srv.types import Generation, ModelSpec, ModelUnavailable, Sampling, prompt_hash

QUERIES = [{"query": "What is 2 + 3?", "id": 7}, {"query": "Tom has 3 apples."}]
SHORT = ("--max-tokens", 6, "--seed", 5)


def test_it_answers_as_the_product_does(cli, tiny_model):
    code, rows, _ = cli("generate", "--model", tiny_model, *SHORT, lines=QUERIES)
    backend = LocalBackend(ModelSpec("transformers", str(tiny_model)))
    asked = [build_answer_request(query=row["query"]) for row in QUERIES]
    expected = backend.generate(asked, Sampling(max_tokens=6, seed=5))
    assert code == 0
    assert [row["response"] for row in rows] == [each.text.rstrip() for each in expected]
    assert [row["logprob"] for row in rows] == [each.logprob for each in expected]
    assert [row["query"] for row in rows] == [row["query"] for row in QUERIES]
    assert rows[0]["id"] == 7, "what else stood in the line stays"
    assert rows[0]["model"] == str(tiny_model)
    assert rows[0]["prompt_hash"] == prompt_hash(asked[0])
    assert rows[0]["sampling"] == {"temperature": 1.0, "top_p": 1.0, "max_tokens": 6, "seed": 5}


def test_each_line_is_asked_as_often_as_told(cli, tiny_model):
    code, rows, _ = cli("generate", "--model", tiny_model, "--samples", 3, *SHORT, lines=QUERIES)
    assert code == 0
    assert [(row["query"], row["sample"]) for row in rows] == [
        (query["query"], sample) for query in QUERIES for sample in range(3)
    ]
    assert len({row["response"] for row in rows[:3]}) > 1


def test_batches_draw_apart(cli, tiny_model):
    same = [QUERIES[0]] * 2
    _, rows, _ = cli("generate", "--model", tiny_model, "--batch", 1, *SHORT, lines=same)
    assert [row["sampling"]["seed"] for row in rows] == [5, 6]
    assert rows[0]["response"] != rows[1]["response"]


def test_a_conversation_is_asked_as_one(cli, tiny_model):
    turns = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi."}]
    turns.append({"role": "user", "content": "What is 2 + 3?"})
    asked = ("generate", "--model", tiny_model, "--instructions", "Be brief.", *SHORT)
    _, rows, _ = cli(*asked, lines=[{"messages": turns}])
    wanted = build_answer_request(query="", instructions="Be brief.", turns=turns)
    assert rows[0]["prompt_hash"] == prompt_hash(wanted)


def test_files_in_and_out(cli, tiny_model, tmp_path):
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("\n".join(map(json.dumps, QUERIES)) + "\n\n")
    code, rows, words = cli("generate", source, "-o", target, "--model", tiny_model, *SHORT)
    assert (code, rows, words) == (0, [], "")
    assert len(target.read_text().splitlines()) == 2


def test_the_starter_critic_finds_what_is_wrong(cli):
    line = {"query": "Tom has 3 apples and buys 4 more. How many?", "response": "3 + 4 = 8\n#### 8"}
    asked = ("critique", "--model", "starter:critic", "--no-format", "--max-tokens", 120)
    code, [row], _ = cli(*asked, lines=[line])
    assert code == 0
    assert row["verdict"] in ("flawed", "sound")
    assert 0 <= row["p_flawed"] <= 1
    assert row["raw_text"].startswith("verdict:")
    assert row["model"] == "starter:critic"
    for comment in row["comments"]:
        assert comment["quote_match"] in ("exact", "normalised", "ambiguous", "none")


def test_the_starter_attacker_writes_a_query(cli):
    line = {"kind": "two-step", "near": "Tom has 3 apples and buys 4 more. How many?"}
    code, [row], _ = cli("attack", "--model", "starter:attacker", "--seed", 1, lines=[line])
    assert code == 0
    assert row["query"]
    assert (row["kind"], row["near"]) == (line["kind"], line["near"])


def test_a_line_that_cannot_be_answered_says_why_and_the_rest_goes_on(cli, tiny_model):
    lines = [{"query": "apples " * 600}, QUERIES[0]]
    code, rows, _ = cli("generate", "--model", tiny_model, *SHORT, lines=lines)
    assert code == 1
    assert "512" in rows[0]["error"]
    assert "response" not in rows[0]
    assert "response" in rows[1]


@pytest.mark.parametrize(
    ("command", "line", "words"),
    [
        ("generate", "{not json", "standard input, line 2 is no JSON"),
        ("generate", b"\xff\xfe".decode("latin-1") + "{", "line 2 is no JSON"),
        ("generate", '["a", "list"]', "line 2 is no object"),
        ("generate", {"question": "?"}, "line 2 has no “query”"),
        ("generate", {"query": 7}, "line 2 needs a text as “query”"),
        ("generate", {"messages": []}, "line 2: a conversation is a list of messages"),
        ("critique", {"query": "?"}, "line 2 has no “response”"),
        ("attack", {"kind": "one"}, "line 2 has no “near”"),
    ],
)
def test_a_line_that_is_wrong_is_named(cli, tiny_model, command, line, words):
    good = {"query": "?", "response": "!", "near": "?"}
    code, rows, said = cli(command, "--model", tiny_model, "--batch", 1, *SHORT, lines=[good, line])
    assert code == 2
    assert words in said
    assert len(rows) == 1, "what came before it stands"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "Name one model"),
        (("--model", "m", "--server", "http://127.0.0.1:9/v1"), "Name one model"),
        (("--server", "http://127.0.0.1:9/v1"), "Say by --name"),
        (("--model", "starter:judge"), "There is no starter:judge"),
        (("--model", "/no/where"), "There is no model folder at /no/where"),
        (("--model", "m", "--backend", "magic"), "Unknown backend 'magic'"),
    ],
)
def test_a_model_that_cannot_be_is_said(cli, options, words):
    code, rows, said = cli("generate", *options, lines=QUERIES)
    assert (code, rows) == (78, [])
    assert words in said


def test_a_server_that_is_away_is_another_matter(cli, monkeypatch):
    from models_srv.cli import asking

    class Away:
        def generate(self, conversations, sampling):
            raise ModelUnavailable("m at http://127.0.0.1:9/v1 gave no answer.")

    specs = []
    monkeypatch.setattr(asking, "load_backend", lambda spec: specs.append(spec) or Away())
    server = ("--server", "http://127.0.0.1:9/v1", "--name", "m", "--key-env", "M_API_KEY")
    code, _, said = cli("generate", *server, lines=QUERIES)
    assert (code, said) == (75, "m at http://127.0.0.1:9/v1 gave no answer.\n")
    assert specs == [
        ModelSpec("openai", "http://127.0.0.1:9/v1", name="m", api_key_env="M_API_KEY")
    ]


def test_what_was_answered_before_the_model_went_away_stands(cli, monkeypatch, tmp_path):
    from models_srv.cli import asking

    class Mortal:
        calls = 0

        def generate(self, conversations, sampling):
            self.calls += 1
            if self.calls > 1:
                raise ModelUnavailable("gone")
            return [Generation("5", prompt_hash(turns)) for turns in conversations]

    monkeypatch.setattr(asking, "load_backend", lambda spec: Mortal())
    target = tmp_path / "out.jsonl"
    asked = ("generate", "--model", "m", "--batch", 1, "-o", target)
    code, _, _ = cli(*asked, lines=QUERIES)
    assert code == 75
    assert [json.loads(line)["response"] for line in target.read_text().splitlines()] == ["5"]


def test_a_file_that_is_not_there_is_said(cli, tiny_model):
    code, _, said = cli("generate", "/no/where.jsonl", "--model", tiny_model)
    assert code == 2
    assert "/no/where.jsonl cannot be read" in said
