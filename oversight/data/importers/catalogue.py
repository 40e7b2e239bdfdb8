"""Every format by its name. To add one, write a module in `formats/` and name it here.

The order counts where a format is guessed: the first that takes the rows is meant.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from . import reading
from .formats import (
    alpaca,
    arena,
    argilla,
    benchmarks,
    columns,
    compare,
    gsm8k_solutions,
    hh_rlhf,
    inspect_logs,
    known_answers,
    label_studio,
    labelled,
    pandalm,
    preferences,
    queries,
    shepherd,
    stepped,
    trl,
    ultrafeedback,
    xstest,
)
from .reading import Numbered
from .reads import Met
from .rows import Row


@dataclass(frozen=True)
class Told:
    """What whoever imports says of a file: who judged in it, and what its columns are.

    `asks`: people are asked about answers too of which the file says which is better. `met` is shown
    every row of which the columns are told.
    """

    source: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    asks: bool = False
    met: Met = field(default_factory=Met)


@dataclass(frozen=True)
class Format:
    """`words` name it on pages. `needs_source`: its rows may not say who judged."""

    words: str
    records: Callable[[Any], Iterator[Numbered]]
    parse: Callable[[int, object, Told], Row]
    needs_source: bool = False


Parse = Callable[[int, object], Row]
ParseBy = Callable[[int, object, str], Row]


def _plain(words: str, parse: Parse, records: Any = reading.any_records) -> Format:
    return Format(words, records, lambda line, value, told: parse(line, value))


def _judged(words: str, parse: ParseBy) -> Format:
    """A format whose rows may leave it to the importer to say who judged."""
    return Format(
        words,
        reading.any_records,
        lambda line, value, told: parse(line, value, told.source),
        needs_source=True,
    )


def _of_columns(line: int, value: object, told: Told) -> Row:
    told.met.note(value)
    return columns.parse(line, value, told.columns, told.source)


OWN_COLUMNS = "columns"
FORMATS: dict[str, Format] = {
    "gsm8k-solutions": _plain("GSM8K with models' solutions", gsm8k_solutions.parse),
    "pandalm": _plain("PandaLM's test set", pandalm.parse, reading.json_array),
    "xstest": _plain("XSTest's prompts", xstest.parse, reading.csv_records),
    "prm800k": _plain("PRM800K", stepped.parse_prm800k),
    "bigbench-mistake": _plain("BIG-Bench-Mistake", stepped.parse_mistake),
    "processbench": _plain("ProcessBench", stepped.parse_processbench),
    "known-answers": _plain("Pairs whose right answer is known", known_answers.parse),
    "ultrafeedback": _plain("UltraFeedback", ultrafeedback.parse),
    "rewardbench-2": _plain("RewardBench 2", benchmarks.parse_second),
    "rewardbench": _plain("RewardBench", benchmarks.parse_first),
    "hh-rlhf": _plain("HH-RLHF", hh_rlhf.parse),
    "arena": _plain("Chatbot Arena and MT-Bench judgements", arena.parse),
    "alpaca-eval": _plain("AlpacaEval's annotations", alpaca.parse_annotation),
    "alpaca-eval-outputs": _plain("AlpacaEval's model outputs", alpaca.parse_output),
    "label-studio": _plain("Label Studio's export", label_studio.parse),
    "argilla": _plain("Argilla's export", argilla.parse),
    "inspect": _plain("A log of inspect_ai", inspect_logs.parse, inspect_logs.records),
    "shepherd": _plain("Feedback on answers, as Shepherd's", shepherd.parse),
    "rankings": _judged("Rankings of up to four responses", labelled.parse_ranking),
    "ratings": _judged("Ratings of single responses", labelled.parse_rating),
    "judgements": _judged("Judgements, one annotator a row", labelled.parse_judgement),
    "compare": _plain("Responses to compare, with critiques or without", compare.parse),
    "preferences": _plain("Preferences as exported here", preferences.parse),
    "trl-preference": _judged("TRL: preferences", trl.parse_preference),
    "trl-kto": _judged("TRL: unpaired preferences (KTO)", trl.parse_kto),
    "trl-sft": _plain("TRL: demonstrations (SFT)", trl.parse_sft),
    "queries-jsonl": _plain("Queries, as JSON lines", queries.parse, reading.json_lines),
    "queries-csv": _plain("Queries, as CSV", queries.parse, reading.csv_records),
    "queries": _plain("Queries, or conversations to go on with", queries.parse_any),
    OWN_COLUMNS: Format(
        "Columns of your own",
        reading.any_records,
        _of_columns,
        needs_source=True,
    ),
}
