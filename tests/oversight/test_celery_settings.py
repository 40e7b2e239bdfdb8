"""What the settings of Celery must hold together."""

from oversight.celery import app
from oversight.loop.stages import HANDLERS
from oversight.settings import VISIBILITY_SECONDS

LONGEST_TRAINING = 14 * 24 * 3600


def test_a_message_is_given_twice_to_nobody_who_is_at_work():
    options = app.conf.broker_transport_options
    assert app.conf.task_acks_late
    assert options["visibility_timeout"] == VISIBILITY_SECONDS > LONGEST_TRAINING


def test_a_busy_worker_holds_no_second_message():
    assert app.conf.worker_prefetch_multiplier == 1
    assert all(task.acks_late for name, task in app.tasks.items() if name.startswith("oversight."))


def test_every_queue_is_known():
    assert {handler.queue for handler in HANDLERS.values()} <= {
        q.name for q in app.conf.task_queues
    }
