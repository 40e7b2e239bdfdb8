"""Doorways from Celery to the services. Each may run twice and die once."""

from celery import shared_task

from oversight import worker_life  # noqa: F401  # hears what Celery tells of a worker
from oversight.campaigns.services import tallies, words
from oversight.data.services import webhook_delivery
from oversight.data.services.incoming import running
from oversight.loop.services import coordinator
from oversight.loop.services.cancellation import stop_cancelled_training
from oversight.loop.services.desk import work_at_desk
from oversight.loop.services.schedules import start_due_updates
from oversight.loop.services.work import work_through
from oversight.pages.services import acts
from oversight.people.services import digests, news, passwords
from oversight.rest.services import idempotency
from oversight.versions.services.loading import INFERENCE, SERVERS
from oversight.versions.services.serving import dispatch_serving
from oversight.versions.services.serving import serve_models as serve_due_models
from oversight.versions.services.trials import dispatch_trials
from oversight.versions.services.trials import try_models as try_due_models
from oversight.versions.services.warming import warm_up as load_models


@shared_task
def coordinate() -> None:
    coordinator.coordinate()
    start_due_updates()
    stop_cancelled_training()
    dispatch_trials()
    dispatch_serving()
    running.dispatch_imports()


@shared_task(name="oversight.tasks.work")
def work(queue: str) -> None:
    work_at_desk() if queue == SERVERS else work_through(queue)


@shared_task
def deliver_webhooks() -> None:
    webhook_delivery.deliver_webhooks()


@shared_task
def tell_people() -> None:
    news.spread_news()
    passwords.mail_passwords()
    digests.mail_digests()


@shared_task
def try_models() -> None:
    try_due_models(INFERENCE)


@shared_task
def try_served_models() -> None:
    try_due_models(SERVERS)


@shared_task
def serve_models() -> None:
    serve_due_models()


@shared_task
def forget_answers() -> None:
    idempotency.forget_answers()


@shared_task
def run_imports() -> None:
    running.run_imports()


@shared_task
def sweep_imports() -> None:
    running.sweep_imports()


@shared_task
def read_words() -> None:
    words.read_words()


@shared_task
def run_acts() -> None:
    acts.run_acts()


@shared_task
def gather_tallies() -> None:
    tallies.gather_tallies()


@shared_task
def warm_up() -> None:
    load_models()
