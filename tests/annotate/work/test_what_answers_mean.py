"""What an item's standing answers mean is one function of them, whatever happens in whatever order."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.annotate.answers_machine import AnswersMachine

pytestmark = [pytest.mark.django_db, pytest.mark.fault("corrections")]

WALK = settings(
    deadline=None,
    database=None,
    derandomize=True,
    stateful_step_count=25,
    max_examples=15,
    suppress_health_check=list(HealthCheck),
)


def test_rows_follow_the_answers():
    run_state_machine_as_test(AnswersMachine, settings=WALK)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_rows_follow_the_answers_on_long_walks():
    longer = settings(WALK, derandomize=False, stateful_step_count=60, max_examples=200)
    run_state_machine_as_test(AnswersMachine, settings=longer)
