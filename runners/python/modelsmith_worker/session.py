"""A forked session: connects to the host, shuts itself in, runs what it is told to."""

import importlib
import os
import signal
import sys

from . import last_words, packages, program, sandbox
from .channel import Channel, connect_stream


def run_session(spec):
    """Runs in the fork; returns the exit status of the session's process."""
    sandbox.die_with_parent()
    channel = connect(spec)
    if spec.get("program") and spec.get("uid") is not None:
        last_words.give_to(spec["uid"])
    channel.send({"type": "hello", "pid": os.getpid()})
    # The host puts this process under its limits before anything else happens.
    if channel.receive() is None:
        return 0
    if spec["sandbox"] == "none":
        sandbox.set_limits(spec["limits"])
        return serve(channel, spec)
    as_root = os.getuid() == 0
    without = sandbox.left_out(spec)
    try:
        sandbox.unshare(as_root, without)
    except sandbox.SandboxError as error:
        channel.send({"type": "refused", "reason": str(error)})
        return 71
    # The namespace's first process; when it ends the kernel ends all others in it.
    init = os.fork()
    if init > 0:
        channel.close()
        return _wait_for(init)
    sandbox.die_with_parent()
    try:
        sandbox.build_root(spec)
        if sandbox.has_own_network(without):
            sandbox.loopback_up()
    except (sandbox.SandboxError, OSError) as error:
        channel.send({"type": "refused", "reason": str(error)})
        return 71
    worker = os.fork()
    if worker > 0:
        channel.close()
        return as_exit(reap_until(worker))
    try:
        sandbox.set_limits(spec["limits"], without)
        sandbox.drop_privileges(spec.get("uid"), without)
        sandbox.filter_system_calls(without)
    except (sandbox.SandboxError, OSError, ValueError) as error:
        channel.send({"type": "refused", "reason": str(error)})
        return 71
    return serve(channel, spec)


def connect(spec):
    """The channel to the host; prints go to it from here on, and 0 is empty."""
    channel = Channel(spec["control"])
    for descriptor, path in ((1, spec["stdout"]), (2, spec["stderr"])):
        connection = connect_stream(path)
        os.dup2(connection, descriptor)
        os.close(connection)
    null = os.open("/dev/null", os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    last_words.keep_in(spec["words"])
    if spec.get("debug") and spec.get("program"):
        spec["lines"] = connect_stream(spec["debug"])
    elif spec.get("debug"):
        # While the worker's files can still be seen.
        spec["postMortem"] = importlib.import_module("modelsmith_worker.post_mortem").PostMortem(spec["debug"])
    return channel


def serve(channel, spec):
    """Run the steps that the host sends, shut in or not; returns the exit status."""
    os.environ.clear()
    os.environ.update(spec["environment"])
    os.chdir(spec["home"])
    if spec.get("program"):
        return program.serve(channel, spec)
    # The streams of the zygote still think that they write to its own descriptors.
    sys.stdout = os.fdopen(1, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)
    sys.stderr = os.fdopen(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)
    packages.put_first(spec["packages"])
    steps = sys.modules.get("modelsmith_worker.steps")
    if steps is None and spec["packages"]:
        steps = importlib.import_module("modelsmith_worker.steps")
    if steps is not None:
        return steps.Steps(channel, spec).serve()
    # An interpreter without numpy and pandas can be tried, not used.
    channel.send({"type": "ready", "pid": os.getpid()})
    channel.receive()
    return 0


def _wait_for(pid):
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    status = os.waitpid(pid, 0)[1]
    return as_exit(status)


def reap_until(worker):
    """Wait for the worker as the namespace's init, reaping what others leave; returns how it ended."""
    while True:
        pid, status = os.waitpid(-1, 0)
        if pid == worker:
            return status


def as_exit(status):
    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)
