import json

import pytest

from models_srv.dpo.credit import Credit
from models_srv.training.rows import read_pairs, tokenize_pairs
from models_srv.types import ModelMisconfigured
from tests.models_srv.conftest import build_tokenizer
from tests.models_srv.training.conftest import chat, make_pairs


@pytest.fixture(scope="module")
def tokenizer():
    return build_tokenizer()


def tokenize(pairs, tokenizer, max_length=128):
    complete = [{"p_w": 1.0, "p_l": 0.0, "weight": 1.0, **pair} for pair in pairs]
    return tokenize_pairs(complete, tokenizer, {tokenizer.eos_token_id}, max_length)


def test_the_context_is_the_one_at_inference(tokenizer):
    [pair] = make_pairs(1)
    [row] = tokenize([pair], tokenizer).rows
    asked = tokenizer.apply_chat_template(
        pair["prompt"], add_generation_prompt=True, tokenize=False
    )
    assert tokenizer.decode(row["prompt_ids"]) == asked
    whole = tokenizer.apply_chat_template(pair["prompt"] + pair["chosen"], tokenize=False)
    assert tokenizer.decode(row["prompt_ids"] + row["chosen_ids"]) == whole


def test_it_agrees_with_trls_own_tokenisation(tokenizer, tiny_model, tmp_path):
    from datasets import Dataset
    from transformers import AutoModelForCausalLM
    from trl.trainer.dpo_config import DPOConfig
    from trl.trainer.dpo_trainer import DPOTrainer

    pairs = make_pairs(4)
    plain = [{key: pair[key] for key in ("prompt", "chosen", "rejected")} for pair in pairs]
    args = DPOConfig(
        output_dir=str(tmp_path), bf16=False, use_cpu=True, report_to="none", max_length=128,
        precompute_ref_log_probs=True, disable_tqdm=True,
    )  # fmt: skip
    trainer = DPOTrainer(
        AutoModelForCausalLM.from_pretrained(tiny_model),
        args=args,
        train_dataset=Dataset.from_list(plain),
        processing_class=tokenizer,
    )
    keys = ("prompt_ids", "chosen_ids", "rejected_ids")
    theirs = [{key: row[key] for key in keys} for row in trainer.train_dataset]
    ours = [{key: row[key] for key in keys} for row in tokenize(pairs, tokenizer).rows]
    assert ours == theirs


@pytest.mark.parametrize(
    "ending",
    [
        pytest.param("</s>", id="template-writes-one"),
        pytest.param("</s>\n", id="and-a-line-break"),
        pytest.param("</s></s>", id="two"),
        pytest.param("", id="none"),
    ],
)
def test_an_answer_ends_with_one_stop_token_and_nothing_after(tokenizer, ending):
    tokenizer = build_tokenizer()
    tokenizer.chat_template = tokenizer.chat_template.replace(
        "{{ message.content }}</s>", "{{ message.content }}" + ending.replace("\n", "{{ '\n' }}")
    )
    for row in tokenize(make_pairs(2), tokenizer).rows:
        for ids in (row["chosen_ids"], row["rejected_ids"]):
            assert ids.count(tokenizer.eos_token_id) == 1
            assert ids[-1] == tokenizer.eos_token_id


def test_an_answer_that_writes_the_stop_token_itself_still_ends_with_one(tokenizer):
    [pair] = make_pairs(1)
    pair["chosen"] = chat("assistant", "7</s>")
    [row] = tokenize([pair], tokenizer).rows
    assert row["chosen_ids"].count(tokenizer.eos_token_id) == 1


def test_plain_text_rows_get_one_stop_token(tokenizer):
    pair = {"prompt": "3 + 4 =", "chosen": " 7", "rejected": " 8</s>"}
    [row] = tokenize([pair], tokenizer).rows
    assert tokenizer.decode(row["prompt_ids"]) == "3 + 4 ="
    assert tokenizer.decode(row["chosen_ids"]) == " 7</s>"
    assert tokenizer.decode(row["rejected_ids"]) == " 8</s>"


def test_pairs_that_do_not_fit_are_counted_never_cut(tokenizer):
    long, same = make_pairs(2)[:2]
    long["rejected"] = chat("assistant", "apples " * 200)
    same["rejected"] = same["chosen"]
    result = tokenize([long, same, *make_pairs(3)], tokenizer)
    assert len(result.rows) == 3
    assert dict(result.dropped) == {"too_long": 1, "same_answers": 1}


def test_a_template_that_rewrites_the_prompt_is_noticed(tokenizer):
    tokenizer = build_tokenizer()
    tokenizer.chat_template = "{{ messages | length }}" + tokenizer.chat_template
    result = tokenize(make_pairs(2), tokenizer)
    assert (result.rows, dict(result.dropped)) == ([], {"prompt_not_a_prefix": 2})


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        pytest.param("", "holds no pairs", id="empty"),
        pytest.param("{torn", "line 1", id="torn"),
        pytest.param("[1]", "line 1", id="no-object"),
        pytest.param(json.dumps({"prompt": "a", "chosen": "b"}), "rejected", id="missing"),
        pytest.param(
            json.dumps({"prompt": "a", "chosen": [], "rejected": "c"}), "mixes", id="mixed"
        ),
        *(
            pytest.param(
                json.dumps({"prompt": "a", "chosen": "b", "rejected": "c", **numbers}),
                "impossible",
                id=str(numbers),
            )
            for numbers in ({"p_w": 1.2}, {"p_w": 0, "p_l": 0}, {"weight": -1}, {"p_l": -0.1})
        ),
    ],
)
def test_bad_pairs_are_named(tmp_path, line, reason):
    path = tmp_path / "pairs.jsonl"
    path.write_text(line + "\n")
    with pytest.raises(ModelMisconfigured, match=reason):
        read_pairs(path)


def test_a_label_that_is_likelier_wrong_comes_turned_round(tmp_path):
    row = {"prompt": "p", "chosen": "a", "rejected": "b", "p_w": 0.2, "p_l": 0.7, "weight": 1.0}
    (tmp_path / "pairs.jsonl").write_text(json.dumps(row))
    (turned,) = read_pairs(tmp_path / "pairs.jsonl")
    assert turned == row | {"chosen": "b", "rejected": "a", "p_w": 0.7, "p_l": 0.2}


def test_a_label_that_comes_turned_round_takes_its_quotes_with_it(tmp_path):
    row = {"prompt": "p", "chosen": "a", "rejected": "b", "p_w": 0.2, "p_l": 0.7}
    (tmp_path / "pairs.jsonl").write_text(json.dumps(row | {"rejected_quotes": [[0, 1]]}))
    (turned,) = read_pairs(tmp_path / "pairs.jsonl")
    assert (turned["chosen"], turned["chosen_quotes"]) == ("b", [(0, 1)])
    assert "rejected_quotes" not in turned


@pytest.mark.parametrize("quotes", [[[3, 3]], [[-1, 2]], [[1]], ["ab"]])
def test_a_quote_without_a_place_is_named(tmp_path, quotes):
    row = {"prompt": "p", "chosen": "a", "rejected": "b", "rejected_quotes": quotes}
    (tmp_path / "pairs.jsonl").write_text(json.dumps(row))
    with pytest.raises(ModelMisconfigured, match="line 1 is no pair"):
        read_pairs(tmp_path / "pairs.jsonl")


def credited(tokenizer, credit, **quotes):
    pair = {
        "prompt": chat("user", "Tom has 3 apples and buys 4 more."),
        "chosen": chat("assistant", "3 + 4 = 7. The answer is 7."),
        "rejected": chat("assistant", "3 + 4 = 8. The answer is 8."),
        **{"p_w": 1.0, "p_l": 0.0, "weight": 1.0},
    }
    [row] = tokenize_pairs(
        [pair | quotes], tokenizer, {tokenizer.eos_token_id}, 128, credit=credit
    ).rows
    return row


def texts_with(tokenizer, row, side, weight):
    """Return the text of the answer's tokens of that weight."""
    columns = zip(row[f"{side}_ids"], row[f"{side}_credit"], strict=True)
    return tokenizer.decode([token for token, each in columns if each == weight])


def test_credit_goes_to_where_the_answers_differ(tokenizer):
    row = credited(tokenizer, Credit(shared_weight=0.0))
    assert texts_with(tokenizer, row, "chosen", 1).replace(" ", "") == "77"
    assert texts_with(tokenizer, row, "rejected", 1).replace(" ", "") == "88"


def test_a_quote_is_found_among_the_tokens(tokenizer):
    quote = (0, len("3 + 4 = 8."))
    row = credited(tokenizer, Credit(1.0, 4.0), rejected_quotes=[quote])
    assert texts_with(tokenizer, row, "rejected", 4) == "3 + 4 = 8."
    assert set(row["chosen_credit"]) == {1.0}
    row = credited(tokenizer, Credit(0.0, 2.0), rejected_quotes=[quote])
    assert texts_with(tokenizer, row, "rejected", 2).strip() == "8"
    assert texts_with(tokenizer, row, "rejected", 1).strip() == "8"


def test_without_credit_a_row_has_none(tokenizer):
    assert "chosen_credit" not in credited(tokenizer, Credit(), rejected_quotes=[(0, 2)])
