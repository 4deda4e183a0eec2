"""Time limits of one step: signals that raise inside the code, so that the error says where it was."""

import contextlib
import math
import resource
import signal
import time

from .failures import LimitReached


@contextlib.contextmanager
def bounded(limits):
    """Raise when the step takes longer. Code that does not come back to the interpreter is killed by the host a little later."""
    signal.signal(signal.SIGALRM, _raising("limit.wall", "The code did not end within %s s and was stopped." % limits["wallSeconds"], "Look for an endless loop, or raise resources.timeoutSeconds in model-metadata.yaml."))
    signal.signal(signal.SIGXCPU, _raising("limit.cpu", "The code used more than the %s s of processor time that it may have." % limits["cpuSeconds"], "Make it faster, or raise resources.timeoutSeconds in model-metadata.yaml."))
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    until = int(math.ceil(time.process_time() + limits["cpuSeconds"]))
    resource.setrlimit(resource.RLIMIT_CPU, (until if hard == resource.RLIM_INFINITY else min(until, hard), hard))
    signal.setitimer(signal.ITIMER_REAL, limits["wallSeconds"])
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))


def _raising(code, message, hint):
    def on_signal(number, frame):
        raise LimitReached(code, message, hint)

    return on_signal
