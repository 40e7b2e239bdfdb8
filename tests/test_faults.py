"""Each kind of fault that real use once met has tests, which `make test-faults` runs."""

import re
from pathlib import Path

KINDS = {
    "reasoning": "what a model thinks is read as what it says",
    "identity": "different texts are taken for the same",
    "corrections": "what follows from an answer stays when the answer changes",
    "submissions": "another answer under one form's id is told that it was saved",
    "places": "a comment lands on other words than were chosen",
    "line-ends": "one text has line ends of two kinds",
    "agreement": "untidy labels count twice or apart; warnings fire by chance",
    "acceptance": "one unlucky label sends everything to people",
    "slow-text": "a text costs more than its length",
    "database": "the embedded database is judged by its process alone",
    "fairness": "one campaign holds all workers, or a round for ever",
    "bounds": "a number has no upper end",
    "import-speed": "an import costs the square of its size",
    "import-files": "a file of the wrong kind is read as if it were one",
    "sign-in": "passwords can be guessed, tokens read, names doubled",
    "way-back": "who was let out comes in again by a link of before",
    "overwriting": "a form writes over what a colleague changed meanwhile; one sent twice counts twice",
    "lost-fields": "what was sent is left out, or read as something else, without a word",
    "care": "hard text is shown though it was to be held back",
    "model-servers": "a server that nobody allowed is asked, or sent a key",
    "server-answers": "a server's answer is believed unchecked",
    "templates": "a text becomes control tokens; an answer runs past its turn",
    "server-errors": "what cannot be read is answered with 500",
    "old-state": "an older database ends with another schema",
    "workbench": "keys, pop-ups, Undo and narrow windows get in the way",
    "workbench-rules": "items can be told apart; skipped ones are lost; practice spoils the queue",
    "money": "prices are drawn as formulas",
    "models-and-attackers": "a model works untried; imported queries are never asked",
    "instances": "two installations on one host sign each other's people out",
    "cjk": "scripts without spaces are one word",
    "export": "a column changes its type; rows stand twice",
    "docs": "the documents name what is not there",
}
TESTS = Path(__file__).parent


def test_every_kind_has_tests_and_every_mark_a_kind():
    text = "\n".join(path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))
    marked = set(re.findall(r"mark\.fault\(\"([\w-]+)\"\)", text))
    assert marked == set(KINDS)
