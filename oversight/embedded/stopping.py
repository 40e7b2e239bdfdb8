"""The wish to stop (Ctrl-C, SIGTERM, a closed terminal), which is never lost and never repeated."""

import signal
import sys

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_requests: "list[StopRequest]" = []


class StopRequest:
    """Heeds the signals from the moment it is made; make it first of all, in the main thread.

    The first one raises KeyboardInterrupt, whatever is being done. Since an exception may be swallowed
    on its way, the wish is kept as well: `check` raises it again. Once `shield` was called none raises.
    """

    def __init__(self) -> None:
        self.is_wanted = False
        self._is_shielded = False
        for number in SIGNALS:
            # `nohup` has it ignored, and means it. A shell does so to Ctrl-C for background jobs, where
            # whoever sends it later means that.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._heed)
        # What comes up in a finalizer is thrown away there, with a traceback: of this one none is needed.
        self._say_unraisable = sys.unraisablehook
        sys.unraisablehook = self._heed_unraisable

    def check(self) -> None:
        """Raise KeyboardInterrupt where somebody has asked to stop."""
        if self.is_wanted and not self._is_shielded:
            raise KeyboardInterrupt

    def shield(self) -> None:
        """Let what follows, the stopping itself, be cut short by no further signal."""
        self._is_shielded = True

    def _heed(self, *_: object) -> None:
        is_first, self.is_wanted = not self.is_wanted, True
        if is_first and not self._is_shielded:
            raise KeyboardInterrupt

    def _heed_unraisable(self, unraisable: "sys.UnraisableHookArgs", /) -> None:
        if not (self.is_wanted and unraisable.exc_type is KeyboardInterrupt):
            self._say_unraisable(unraisable)


def heed_signals() -> StopRequest:
    """Return this process's stop request, made at the first call."""
    if not _requests:
        _requests.append(StopRequest())
    return _requests[0]


def exit_on_term() -> None:
    """Let SIGTERM end this process as an error would: what it has begun is put in order."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
