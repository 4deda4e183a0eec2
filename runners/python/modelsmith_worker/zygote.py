"""One process for each environment: imports third-party packages once, and forks a session for each request.

It never imports user code and never computes: a fork of a process that has started OpenMP threads deadlocks.
"""

import gc
import importlib
import os
import select
import signal
import sys

from . import PROTOCOL
from .channel import Channel
from .session import run_session


def main(control):
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    channel = Channel(control)
    first = channel.receive()
    for name in first["preload"]:
        try:
            importlib.import_module(name)
        except ImportError as error:
            channel.send({"type": "missing", "module": name, "reason": str(error)})
    if "numpy" in sys.modules and "pandas" in sys.modules:
        importlib.import_module("modelsmith_worker.steps")
    gc.collect()
    if hasattr(gc, "freeze"):
        gc.freeze()
    channel.send({"type": "ready", "protocol": PROTOCOL, "pid": os.getpid(), "python": sys.version.split()[0]})
    # A pipe turns the signal of an ended child into something that select can wait for.
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_write, False)
    signal.set_wakeup_fd(wake_write)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    while True:
        readable = select.select([channel.fileno(), wake_read], [], [])[0]
        if wake_read in readable:
            os.read(wake_read, 4096)
            _reap(channel)
        while channel.fileno() in readable or channel.waiting():
            request = channel.receive()
            if request is None:
                os.kill(0, signal.SIGTERM)
                return
            _fork(channel, request, (wake_read, wake_write))
            readable = []


def _fork(channel, request, pipe):
    pid = os.fork()
    if pid > 0:
        channel.send({"type": "forked", "id": request["id"], "pid": pid})
        return
    status = 70
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        channel.close()
        for descriptor in pipe:
            os.close(descriptor)
        status = run_session(request)
    finally:
        os._exit(status)


def _reap(channel):
    while True:
        try:
            pid, status, usage = os.wait3(os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        channel.send(
            {
                "type": "exited",
                "pid": pid,
                "code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
                "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
                "cpuSeconds": usage.ru_utime + usage.ru_stime,
            }
        )


if __name__ == "__main__":
    main(sys.argv[1])
