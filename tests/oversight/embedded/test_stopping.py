"""The wish to stop is never lost, whatever happens at that moment, and never cuts the stopping short."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from oversight.embedded.stopping import SIGNALS, StopRequest

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.fault("database")


@pytest.fixture
def stopping():
    before = {number: signal.getsignal(number) for number in SIGNALS}
    hook = sys.unraisablehook
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever runs this may have it ignored
    yield StopRequest()
    sys.unraisablehook = hook
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_interrupts_and_the_second_does_not(stopping, number):
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), number)
    os.kill(os.getpid(), number)
    assert stopping.is_wanted


def test_one_that_was_swallowed_is_raised_again(stopping):
    class Careless:
        def __del__(self):
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(0.01)

    stopping.check()
    Careless()  # Python throws away what is raised in there
    with pytest.raises(KeyboardInterrupt):
        stopping.check()


def test_what_was_swallowed_prints_no_traceback_and_other_errors_do():
    program = (
        "import os, signal, weakref; from oversight.embedded.stopping import StopRequest\n"
        "def interrupt(_=None):\n    os.kill(os.getpid(), signal.SIGTERM)\n    len('a step')\n"
        "stopping, thing = StopRequest(), type('Thing', (), {})()\n"
        "kept = weakref.ref(thing, interrupt); del thing\n"
        "other = type('Other', (), {'__del__': lambda _: 1 / 0})(); del other\n"
        "try:\n    stopping.check()\nexcept KeyboardInterrupt:\n    print('wanted')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout == "wanted\n"
    assert "KeyboardInterrupt" not in done.stderr
    assert "ZeroDivisionError" in done.stderr


def test_stopping_is_not_cut_short(stopping):
    stopping.shield()
    for number in SIGNALS:
        os.kill(os.getpid(), number)
    stopping.check()
    assert stopping.is_wanted


def test_a_terminal_that_may_close_may_close():
    program = (
        "import os, signal; from oversight.embedded.stopping import StopRequest;"
        "signal.signal(signal.SIGHUP, signal.SIG_IGN); StopRequest();"
        "os.kill(os.getpid(), signal.SIGHUP); print('on')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout == "on\n"
