"""The embedded Redis is judged by whether it answers; one that does not is replaced."""

import socket
import threading

import psutil
import pytest

from oversight.embedded import EmbeddedError, redis_server
from oversight.embedded.paths import redis_url
from oversight.embedded.redis_server import end_redis, is_alive, start_redis

pytestmark = pytest.mark.fault("database")


@pytest.fixture
def var(tmp_path):
    yield tmp_path
    end_redis(tmp_path)


def found(var):
    return [p for p in psutil.process_iter() if redis_server._is_of(p, var)]


def test_a_stale_socket_is_no_redis_and_no_obstacle(var):
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(var / "redis.sock"))
    assert not is_alive(var)
    start_redis(var)
    assert is_alive(var)


def test_one_that_was_killed_is_started_again(var):
    start_redis(var)
    found(var)[0].kill()
    start_redis(var)
    assert is_alive(var)


def test_one_that_hangs_is_ended_and_another_one_started(var):
    start_redis(var)
    (hanging,) = found(var)
    hanging.suspend()
    assert not is_alive(var)
    start_redis(var)
    assert is_alive(var)
    assert hanging.pid not in {process.pid for process in found(var)}


def test_two_that_start_it_at_once_start_one(var):
    starts = [threading.Thread(target=start_redis, args=[var]) for _ in range(3)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert len(found(var)) == 1


def test_it_takes_work_though_a_copy_could_not_be_written(var):
    import redis

    start_redis(var)
    client = redis.Redis.from_url(redis_url(var))
    client.config_set("dbfilename", "none-such")
    client.execute_command("DEBUG", "SET-ACTIVE-EXPIRE", "1")
    (var / "none-such").mkdir()  # nothing can be renamed to it
    client.set("a", "b")
    client.bgsave()
    while client.info("persistence")["rdb_bgsave_in_progress"]:
        pass
    assert client.info("persistence")["rdb_last_bgsave_status"] == "err"
    assert client.set("a", "c")
    assert is_alive(var)


def test_a_path_that_no_address_can_hold(tmp_path):
    var = tmp_path / ("ünusual & 100 % long " * 6)
    var.mkdir()
    try:
        start_redis(var)
        assert is_alive(var)
    finally:
        end_redis(var)


def test_one_that_does_not_start_is_one_line(var, monkeypatch):
    monkeypatch.setattr(redis_server, "START_SECONDS", 0.2)
    monkeypatch.setattr(redis_server, "redis_command", lambda var: ["false"])
    with pytest.raises(EmbeddedError, match=r"Redis did not start. Its log: .*redis.log"):
        start_redis(var)
