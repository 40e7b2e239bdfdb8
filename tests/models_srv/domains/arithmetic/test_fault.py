"""How an answer fails: those that fail alike share a name."""

from models_srv.domains.arithmetic.checker import fault
from models_srv.domains.instructions.domain import INSTRUCTIONS

QUERY = (
    "Noor has {} beads. Then 4 boxes of 7 arrive. There are 12 chairs in the room. "
    "How many beads now?"
)


def answer(beads, *lines):
    return f"4 * 7 = 28\n{beads} + 28 = {beads + 28}\n" + "\n".join(lines)


def test_other_numbers_fail_alike():
    names = {
        fault(QUERY.format(n), answer(n, f"{n + 28} + 12 = {n + 40}", f"#### {n + 40}"))
        for n in (31, 40)
    }
    assert names == {"irrelevant fact at fact.0"}


def test_another_step_or_wording_is_another_fault():
    slip = fault(QUERY.format(31), "4 * 7 = 29\n31 + 29 = 60\n#### 60")
    assert slip == "arithmetic slip at groups_added.0"
    other = QUERY.replace("Then 4 boxes of 7 arrive", "Noor wins 4 boxes of 7").format(31)
    assert fault(other, "4 * 7 = 29\n31 + 29 = 60\n#### 60") == "arithmetic slip at groups_added.7"


def test_what_goes_wrong_after_the_last_event_is_at_the_end():
    assert fault(QUERY.format(31), answer(31, "#### 60")) == "wrong last line at the end"


def test_a_right_answer_has_none_and_neither_has_what_cannot_be_read():
    assert fault(QUERY.format(31), answer(31, "#### 59")) == ""
    assert fault("Tell me a joke.", "Ha.") == ""


def test_an_instructions_fault_is_what_is_broken():
    (query,) = INSTRUCTIONS.queries("train", 1, 1)
    assert INSTRUCTIONS.is_correct(query.text, "") is False
    assert INSTRUCTIONS.fault(query.text, "")
    assert INSTRUCTIONS.fault("Tell me a joke.", "Ha.") == ""
