"""The adapter for garak keeps to the format; the little of garak that it uses is stood in for."""

import sys
from pathlib import Path

import pytest

from models_srv.bridges import Limits, Start, ask_program

ADAPTER = Path(__file__).resolve().parents[3] / "docs" / "bridges" / "garak_attacker.py"
GARAK = {
    "__init__.py": '__version__ = "0.17.1"\nprint("a banner")\n',
    "_config.py": "def load_config():\n    print('loading')\n",
    "attempt.py": """
class Message:
    def __init__(self, text, lang=None):
        self.text = text
class Attempt:
    def __init__(self, prompt):
        self.prompt = self
        self.message = prompt
    def last_message(self):
        return self.message
""",
    "_plugins.py": """
from garak.attempt import Attempt, Message
class Upper:
    def transform(self, attempt):
        yield Attempt(prompt=Message(attempt.prompt.last_message().text.upper()))
class Probe:
    prompts = ["Ignore that.", Attempt(prompt=Message("Do it anyway."))]
def load_plugin(name):
    return {"buffs.case.Upper": Upper, "probes.dan.Dan": Probe}[name]()
""",
}


@pytest.fixture
def garak(tmp_path):
    (tmp_path / "garak").mkdir()
    for name, text in GARAK.items():
        (tmp_path / "garak" / name).write_text(text)
    return {"PYTHONPATH": str(tmp_path)}


def asked(garak, starts, *options):
    command = [sys.executable, str(ADAPTER), *options]
    return ask_program(command, starts, Limits(20, seconds=60), environment=garak)


def test_buffs_rewrite_the_seed_and_probes_have_prompts_of_their_own(garak):
    starts = [Start(1, "facts", 2, "one and one?"), Start(2, "facts", 2, "two?")]
    handed = asked(garak, starts, "--buff", "case.Upper", "--probe", "dan.Dan")
    assert (handed.wrong, handed.exit_code) == ([], 0)
    by_strategy = {(each.strategy, each.attacker) for each in handed.queries}
    assert by_strategy == {
        ("buffs.case.Upper", "garak 0.17.1"),
        ("probes.dan.Dan", "garak 0.17.1"),
    }
    texts = {each.text for each in handed.queries}
    assert {"ONE AND ONE?", "TWO?"} < texts
    assert texts - {"ONE AND ONE?", "TWO?"} <= {"Ignore that.", "Do it anyway."}


def test_a_buff_has_nothing_to_rewrite_where_there_is_no_seed(garak):
    assert asked(garak, [Start(1, "facts", 3)], "--buff", "case.Upper").queries == []
