"""A session in a container. The container engine has shut this process in: its root, its user, its network, its memory. What an
engine leaves open is closed here, by the same code as in the other sandbox: limits of each process and the filter of system calls.

    python3 -m modelsmith_worker.contained SPEC.json
"""

import importlib
import json
import os
import select
import signal
import socket
import sys

from . import sandbox
from .channel import Channel
from .session import as_exit, connect, serve

# Exit statuses that the host knows; any other is the session's own.
_OUT_OF_MEMORY = 99
# An engine may hand its own over, with names and passwords in them.
_PROXIES = ("http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy")


def main(path):
    with open(path) as file:
        spec = json.load(file)
    if not spec.get("program") and not spec["bare"]:
        # What every session of Python needs; the rest is imported by the code that uses it, as no other session would profit.
        importlib.import_module("modelsmith_worker.steps")
    # The host holds the other end for as long as it wants the session.
    lifeline = Channel(spec["lifeline"])
    without = sandbox.left_out(spec)
    worker = os.fork()
    if worker == 0:
        status = 70
        try:
            lifeline.close()
            status = _work(spec, without)
        finally:
            os._exit(status)
    if "processes" not in without:
        sandbox.hide_memory()
    return _wait(worker, lifeline)


def _work(spec, without):
    sandbox.die_with_parent()
    # An engine numbers processes in the container's control group, whoever else runs as the same user outside.
    skipped = without | (frozenset() if spec["ownUser"] else frozenset(["processCount"]))
    channel = connect(spec)
    channel.send({"type": "hello", "pid": os.getpid()})
    if channel.receive() is None:
        return 0
    try:
        sandbox.set_limits(spec["limits"], skipped)
        # The engine has taken the rights already; what it does not promise is that no program gives them back.
        sandbox.drop_privileges(None, without)
        sandbox.filter_system_calls(without)
    except (sandbox.SandboxError, OSError, ValueError) as error:
        channel.send({"type": "refused", "reason": str(error)})
        return 71
    spec["environment"] = _environment(spec)
    return serve(channel, spec)


def _environment(spec):
    """The image's own variables, then the host's; the search path is the image's."""
    environment = {name: value for name, value in os.environ.items() if spec["network"] == "public" or name.lower() not in _PROXIES}
    path = environment.get("PATH")
    environment.update(spec["environment"])
    if path is not None:
        environment["PATH"] = path
    environment.pop("PYTHONPATH", None)
    return environment


def _wait(worker, lifeline):
    """Be the container's init until the worker ends, or the host is gone: then the kernel ends all that is left with this process."""
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_write, False)
    signal.set_wakeup_fd(wake_write)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    poller = select.poll()
    poller.register(wake_read, select.POLLIN)
    poller.register(lifeline.fileno(), select.POLLIN)
    while True:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return 0
            if pid == worker:
                return _OUT_OF_MEMORY if os.WIFSIGNALED(status) and _ran_out_of_memory() else as_exit(status)
            if pid == 0:
                break
        for descriptor, _ in poller.poll():
            if descriptor != wake_read:
                return 0
            os.read(wake_read, 4096)


def _ran_out_of_memory():
    for path in ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control"):
        try:
            with open(path) as file:
                fields = [line.split() for line in file]
        except (OSError, socket.error):
            continue
        if any(field[0] == "oom_kill" and field[1] != "0" for field in fields if len(field) == 2):
            return True
    return False


if __name__ == "__main__":
    os._exit(main(sys.argv[1]))
