"""The Celery application: queues `control`, `inference`, `servers` and `training`."""

import os

from celery import Celery
from kombu import Exchange, Queue

from oversight.steady_clock import every

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oversight.settings")

app = Celery("oversight")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_queues = [
    Queue(name, Exchange(""), routing_key=name)
    for name in ("control", "inference", "servers", "training")
]
app.conf.beat_schedule = {
    name: {**entry, "schedule": every(entry["schedule"])}
    for name, entry in app.conf.beat_schedule.items()
}
app.autodiscover_tasks()
