"""Time limits of one step: signals that raise inside the code, so that the error says where it was."""

import contextlib
import math
import resource
import signal
import time

from . import last_words
from .failures import LIMITS, LimitReached


@contextlib.contextmanager
def bounded(limits):
    """Raise when the step takes longer. Code that does not come back to the interpreter is killed by the host a little later."""
    _raise_on(signal.SIGALRM, "limit.wall", "The code did not end within %s s and was stopped." % limits["wallSeconds"], "Look for an endless loop, or raise the limit: " + LIMITS["time"])
    _raise_on(signal.SIGXCPU, "limit.cpu", "The code used more than the %s s of processor time that it may have." % limits["cpuSeconds"], "Make it faster, or raise the limit: " + LIMITS["time"])
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    until = int(math.ceil(time.process_time() + limits["cpuSeconds"]))
    resource.setrlimit(resource.RLIMIT_CPU, (until if hard == resource.RLIM_INFINITY else min(until, hard), hard))
    signal.setitimer(signal.ITIMER_REAL, limits["wallSeconds"])
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))


def _raise_on(number, code, message, hint):
    def on_signal(number, frame):
        raise LimitReached(code, message, hint)

    signal.signal(number, on_signal)
    last_words.on_signal(number)
