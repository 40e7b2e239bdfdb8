"""Workers say that they are there, and are forgotten once they are not."""

import threading
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from oversight.loop.services import presence
from oversight.loop.services.presence import keep_saying, say_gone, say_here
from oversight.models import Worker
from oversight.telemetry.code import code_version

pytestmark = pytest.mark.django_db


def say(name="inference@here"):
    say_here(name=name, queues=["inference"], started_at=timezone.now())
    return Worker.objects.get(name=name)


def test_a_worker_has_one_row_however_often_it_says_so():
    first, again = say(), say()
    assert first.pk == again.pk
    assert again.seen_at > first.seen_at
    assert (again.code, again.queues) == (code_version(), ["inference"])
    assert again.memory_bytes > 10**6


def test_who_left_long_ago_is_forgotten():
    say("old@there")
    Worker.objects.update(seen_at=timezone.now() - timedelta(days=2))
    say()
    assert list(Worker.objects.values_list("name", flat=True)) == ["inference@here"]


def test_who_goes_says_so_and_takes_nobody_elses_row_away():
    say()
    Worker.objects.update(pid=1)
    say_gone(name="inference@here")
    assert Worker.objects.exists()
    say()
    say_gone(name="inference@here")
    assert not Worker.objects.exists()


def test_a_thread_goes_on_saying_it_whatever_the_database_does(tmp_path, monkeypatch, caplog):
    said, alive = threading.Event(), tmp_path / "alive"

    def say(**values):
        if alive.exists():
            said.set()
        raise OperationalError("gone")

    monkeypatch.setattr(presence, "SECONDS", 0.01)
    monkeypatch.setattr(presence, "say_here", say)
    stop = keep_saying(name="a@b", queues=["control"], alive_file=str(alive))
    assert said.wait(10)
    stop.set()
    assert "could not say that it is there: gone" in caplog.text
