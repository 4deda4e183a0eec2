"""A session in a language that cannot shut itself in: this process has done so, and runs the language's own program as its child.

The program finds 0 empty, 1 and 2 for prints, 3 the messages of the host, 4 the way for its answers, 5 the file of last words.
Pipes stand between it and the host, because not every language can read from a socket.
"""

import json
import os
import resource
import select
import signal

from . import last_words, sandbox

_MESSAGES, _ANSWERS, _WORDS = 3, 4, 5
_RUNS_HOOKS = ("fit", "load", "apply")
# The program stops code that takes too much processor time itself, and can say where it was; the kernel does a little later.
_GRACE_SECONDS = 2


def serve(channel, spec):
    """Start the program and pass messages on until it ends; returns its exit status."""
    messages, answers, wake = os.pipe(), os.pipe(), os.pipe()
    os.set_blocking(wake[1], False)
    signal.set_wakeup_fd(wake[1])
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    pid = os.fork()
    if pid == 0:
        _become_program(spec["program"], messages[0], answers[1])
    os.close(messages[0])
    os.close(answers[1])
    return _Between(channel, spec, pid, messages[1], answers[0]).serve(wake[0])


def _become_program(program, messages, answers):
    try:
        sandbox.die_with_parent()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        # A descriptor that is wanted may lie where another must go.
        sources = [_above(each) for each in (messages, answers, last_words.descriptor())]
        for target, source in zip((_MESSAGES, _ANSWERS, _WORDS), sources):
            os.dup2(source, target)
        os.closerange(_WORDS + 1, 1024)
        os.execv(program[0], program)
    finally:
        os._exit(127)


def _above(descriptor):
    """The same file under a number that no other is to get."""
    while descriptor <= _WORDS:
        descriptor = os.dup(descriptor)
    return descriptor


class _Between(object):
    def __init__(self, channel, spec, pid, messages, answers):
        self._channel = channel
        self._limits = spec["limits"]
        self._shut_in = spec["sandbox"] != "none"
        self._pid = pid
        self._messages = messages
        self._answers = answers
        self._runs_hooks = set()
        self._rest = b""

    def serve(self, wake):
        self._tell({"type": "start", "limits": self._limits})
        sources = [self._channel.fileno(), self._answers, wake]
        while True:
            readable = select.select(sources, [], [])[0]
            if self._answers in readable and not self._pass_answers():
                sources.remove(self._answers)
            if wake in readable:
                os.read(wake, 4096)
                ended, status = os.waitpid(self._pid, os.WNOHANG)
                if ended == self._pid:
                    return self._finish(status)
            while self._channel.fileno() in readable or self._channel.waiting():
                readable = []
                message = self._channel.receive()
                if message is None or message["type"] == "close":
                    return self._end()
                self._begin(message)
                self._tell(message)

    def _tell(self, message):
        line = json.dumps(message, separators=(",", ":")).encode("ascii") + b"\n"
        try:
            while line:
                line = line[os.write(self._messages, line) :]
        except BrokenPipeError:
            # The program has ended; how, is seen when it is waited for.
            pass

    def _begin(self, message):
        if message["type"] in _RUNS_HOOKS:
            self._runs_hooks.add(message["id"])
        hard = resource.prlimit(self._pid, resource.RLIMIT_CPU)[1]
        until = int(_processor_seconds(self._pid) + self._limits["cpuSeconds"]) + _GRACE_SECONDS
        resource.prlimit(self._pid, resource.RLIMIT_CPU, (until if hard == resource.RLIM_INFINITY else min(until, hard), hard))

    def _pass_answers(self):
        """Whether there may be more."""
        received = os.read(self._answers, 65536)
        *lines, self._rest = (self._rest + received).split(b"\n")
        for line in lines:
            message = json.loads(line.decode("utf-8"))
            if message.get("id") in self._runs_hooks:
                self._runs_hooks.discard(message["id"])
                _hand_over_prints(message["id"])
            self._channel.send(message)
        return received != b""

    def _end(self):
        """In a sandbox the kernel ends all of it with this process; without one, the program clears up and ends when it reads no more."""
        if not self._shut_in:
            os.close(self._messages)
            os.waitpid(self._pid, 0)
        return 0

    def _finish(self, status):
        """Pass on what the program has still said."""
        while select.select([self._answers], [], [], 0)[0] and self._pass_answers():
            pass
        return os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)


def _hand_over_prints(number):
    """Tell the host that every print of this step has been written: the program has flushed them before it answered."""
    for descriptor in (1, 2):
        try:
            os.write(descriptor, b"\0%d\n" % number)
        except OSError:
            pass


def _processor_seconds(pid):
    try:
        with open("/proc/%d/stat" % pid) as file:
            user, system = file.read().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    except OSError:
        return 0
