"""A real process as attacker: heard, bounded, and ended with all that it started."""

import os
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from models_srv.bridges import Limits, Start, ask_program
from models_srv.bridges.process import MOST_WRONG

SOON = 5.0  # seconds; what was killed may have to be reaped first
STARTS = [Start(1, "facts", 2, "1 + 1?"), Start(2, "shares", 2, "6 / 2?")]
ECHO = """
import json, sys
for line in sys.stdin:
    start = json.loads(line)
    print("at", start["node"], file=sys.stderr)
    print(json.dumps({"text": start["seed"] + " Really?", "start": start["start"]}))
"""


def asked(code, limits=None, **more):
    command = [sys.executable, "-c", code]
    return ask_program(command, STARTS, limits or Limits(10, seconds=20), **more)


def is_gone(pid):
    until = time.monotonic() + SOON
    while is_alive(pid) and time.monotonic() < until:
        time.sleep(0.05)
    return not is_alive(pid)


def is_alive(pid):
    with suppress(ProcessLookupError, FileNotFoundError):
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        return state != "Z"
    return False


def test_it_is_told_where_to_start_and_its_queries_come_back():
    told = []
    handed = asked(ECHO, told=told.append)
    assert [(each.text, each.node) for each in handed.queries] == [
        ("1 + 1? Really?", "facts"),
        ("6 / 2? Really?", "shares"),
    ]
    assert (handed.wrong, handed.cut_short, handed.exit_code) == ([], "", 0)
    assert told == ["at facts", "at shares"]


def test_wrong_lines_are_named_by_number_and_the_others_stand():
    handed = asked('print("hello"); print(); print(\'{"text": "ok?"}\'); raise SystemExit(3)')
    assert [each.text for each in handed.queries] == ["ok?"]
    assert handed.wrong == [(1, "is no JSON")]
    assert handed.exit_code == 3


def test_the_last_line_needs_no_end():
    handed = asked('import sys; sys.stdout.write(\'{"text": "ok?"}\')')
    assert [each.text for each in handed.queries] == ["ok?"]


def test_a_line_without_end_is_one_wrong_line():
    code = 'import sys; sys.stdout.write("x" * 5_000_000); print(); print(\'{"text": "ok?"}\')'
    handed = asked(code, Limits(10, seconds=20, line_bytes=1000))
    assert handed.wrong == [(1, "has more than 1,000 bytes")]
    assert len(handed.queries) == 1


def test_no_more_is_taken_than_was_wanted():
    handed = asked('while True: print(\'{"text": "more?"}\')', Limits(3, seconds=20))
    assert len(handed.queries) == 3
    assert "more than the 3 that are wanted" in handed.cut_short


def test_one_that_says_too_much_is_cut_short():
    handed = asked("while True: print('x' * 100)", Limits(3, seconds=20, all_bytes=300_000))
    assert handed.cut_short == "said more than 300,000 bytes"


def test_one_that_takes_too_long_is_ended_with_what_it_started(tmp_path):
    code = f"""
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open({str(tmp_path / "pid")!r}, "w").write(str(child.pid))
print('{{"text": "before?"}}', flush=True)
time.sleep(60)
"""
    handed = asked(code, Limits(10, seconds=1.5))
    assert [each.text for each in handed.queries] == ["before?"]
    assert handed.cut_short == "was not done after 1.5 seconds"
    assert handed.exit_code is None
    assert is_gone(int((tmp_path / "pid").read_text()))


def test_what_holds_its_output_open_after_its_end_is_not_waited_for(tmp_path):
    code = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open({str(tmp_path / "pid")!r}, "w").write(str(child.pid))
"""
    began = time.monotonic()
    assert asked(code).exit_code == 0
    assert time.monotonic() - began < 10
    assert is_gone(int((tmp_path / "pid").read_text()))


def test_an_interrupt_ends_it_too(tmp_path):
    # Where a shell starts the tests in the background, they are born deaf to it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    pid = tmp_path / "pid"
    code = f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    timer = threading.Thread(target=_interrupt_when, args=(pid,))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        asked(code)
    timer.join()
    signal.signal(signal.SIGINT, before)
    assert is_gone(int(pid.read_text()))


def test_one_that_cannot_be_ended_is_not_waited_for(monkeypatch):
    from models_srv.bridges import process

    monkeypatch.setattr(process, "_signal", lambda *_: None)  # as of another user's
    monkeypatch.setattr(process, "GRACE_SECONDS", 0.1)
    handed = asked("import time; time.sleep(5)", Limits(10, seconds=0.2))
    assert handed.cut_short == "was not done after 0.2 seconds"
    assert handed.exit_code is None


def _interrupt_when(pid):
    while not (pid.exists() and pid.read_text()):
        time.sleep(0.05)
    os.kill(os.getpid(), signal.SIGINT)


def test_it_sees_none_of_the_secrets_here(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "hidden")
    code = 'import json, os; print(json.dumps({"text": " ".join(sorted(os.environ))}))'
    [query] = asked(code, environment={"WANTED": "1"}).queries
    assert "SECRET_KEY" not in query.text
    assert "PATH" in query.text
    assert "WANTED" in query.text


def test_progress_cannot_command_the_terminal():
    told = []
    asked(
        r'import sys; sys.stderr.write("\x1b[2Jgone\x07\n" + "y" * 9000 + "\n")', told=told.append
    )
    assert told[0] == "gone"
    assert all(len(line) <= 500 for line in told)


def test_one_that_reads_nothing_is_no_error():
    many = [Start(n, "facts", 1, "x" * 10_000) for n in range(1, 200)]
    handed = ask_program([sys.executable, "-c", "pass"], many, Limits(1, seconds=20))
    assert handed.exit_code == 0


def test_a_command_that_there_is_not_cannot_be_run():
    with pytest.raises(OSError, match="no-such-program"):
        ask_program(["no-such-program"], STARTS, Limits(1))


def test_of_many_wrong_lines_the_first_are_kept_and_all_are_counted():
    handed = asked("print('x\\n' * 5_000)")
    assert handed.wrong[0] == (1, "is no JSON")
    assert len(handed.wrong) == MOST_WRONG
    assert handed.wrong_count == 5_000


def test_of_much_progress_the_first_lines_are_told():
    told = []
    asked("import sys; sys.stderr.write('at work\\n' * 5_000)", told=told.append)
    assert told[-2:] == ["at work", "… more than 1,000 lines: the others are not shown"]
    assert len(told) == 1_001
