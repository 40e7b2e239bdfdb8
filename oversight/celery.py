"""The Celery application: queues `control`, `inference` and `training`."""

import os

from celery import Celery
from kombu import Exchange, Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oversight.settings")

app = Celery("oversight")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_queues = [
    Queue(name, Exchange(""), routing_key=name) for name in ("control", "inference", "training")
]
app.autodiscover_tasks()
