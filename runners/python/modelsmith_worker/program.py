"""A session in a language that cannot shut itself in: this process has done so, and runs the language's own program as its child.

The program finds 0 empty, 1 and 2 for prints, 3 the messages of the host, 4 the way for its answers, 5 the file of last words; where a person
may look at code that has raised, 6 what they type and 7 the way for what they are shown.
Pipes stand between it and the host, because not every language can read from a socket.
"""

import json
import os
import resource
import select
import signal

from . import last_words, sandbox

_MESSAGES, _ANSWERS, _WORDS, _TYPED, _SHOWN = 3, 4, 5, 6, 7
_RUNS_HOOKS = ("fit", "load", "apply")
# The host takes no longer message.
_LONGEST = 64 * 2**20
# The program stops code that takes too much processor time itself, and can say where it was; the kernel does a little later.
_GRACE_SECONDS = 2


def serve(channel, spec):
    """Start the program and pass messages on until it ends; returns its exit status."""
    messages, answers, wake = os.pipe(), os.pipe(), os.pipe()
    look = _Look(spec["lines"]) if "lines" in spec else None
    os.set_blocking(wake[1], False)
    signal.set_wakeup_fd(wake[1])
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    pid = os.fork()
    if pid == 0:
        inherited = {_MESSAGES: messages[0], _ANSWERS: answers[1], _WORDS: last_words.descriptor()}
        inherited.update(look.inherited() if look else {})
        _become_program(spec["program"], inherited)
    os.close(messages[0])
    os.close(answers[1])
    if look:
        for descriptor in look.inherited().values():
            os.close(descriptor)
    return _Between(channel, spec, pid, messages[1], answers[0], look).serve(wake[0])


class _Look(object):
    """What a person types, and what they are shown, between their end and two pipes of the program."""

    def __init__(self, lines):
        self._lines = lines
        self._typed, self._shown = os.pipe(), os.pipe()

    def inherited(self):
        return {_TYPED: self._typed[0], _SHOWN: self._shown[1]}

    def sources(self):
        return [each for each in (self._lines, self._shown[0]) if each is not None]

    def pass_on(self, readable):
        if self._lines in readable:
            typed = os.read(self._lines, 65536)
            if typed:
                os.write(self._typed[1], typed)
            else:
                # They are gone; the program reads to the end.
                os.close(self._typed[1])
                self._lines = None
        if self._shown[0] in readable:
            self._show(os.read(self._shown[0], 65536))

    def _show(self, content):
        try:
            while content and self._lines is not None:
                content = content[os.write(self._lines, content) :]
        except OSError:
            pass

    def end(self):
        """The program has shown all."""
        while select.select([self._shown[0]], [], [], 0)[0]:
            self._show(os.read(self._shown[0], 65536))
        if self._lines is not None:
            os.close(self._lines)
        self._lines = None


def _become_program(program, descriptors):
    try:
        sandbox.die_with_parent()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        # A descriptor that is wanted may lie where another must go.
        sources = {target: _above(each) for target, each in descriptors.items()}
        for target, source in sources.items():
            os.dup2(source, target)
        os.closerange(max(descriptors) + 1, 1024)
        os.execv(program[0], program)
    finally:
        os._exit(127)


def _above(descriptor):
    """The same file under a number that no other is to get."""
    while descriptor <= _SHOWN:
        descriptor = os.dup(descriptor)
    return descriptor


class _Between(object):
    def __init__(self, channel, spec, pid, messages, answers, look):
        self._channel = channel
        self._limits = spec["limits"]
        self._shut_in = spec["sandbox"] != "none"
        self._pid = pid
        self._messages = messages
        self._answers = answers
        self._look = look
        self._runs_hooks = set()
        self._rest = bytearray()

    def serve(self, wake):
        self._tell({"type": "start", "limits": self._limits, "debug": self._look is not None})
        sources = [self._channel.fileno(), self._answers, wake]
        while True:
            readable = select.select(sources + (self._look.sources() if self._look else []), [], [])[0]
            if self._look:
                self._look.pass_on(readable)
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
        self._rest += received
        if b"\n" in received:
            *lines, self._rest = self._rest.split(b"\n")
            for line in lines:
                self._pass_answer(bytes(line))
        elif len(self._rest) > _LONGEST:
            self._channel.pass_on(self._rest)
            self._rest = bytearray()
        return received != b""

    def _pass_answer(self, line):
        message = _parsed(line)
        kind, number = message.get("type"), message.get("id")
        if kind == "looked" and self._look:
            self._look.end()
            return
        if kind == "stopped" and self._look:
            # Nor does the processor's time count while a person looks.
            hard = resource.prlimit(self._pid, resource.RLIMIT_CPU)[1]
            resource.prlimit(self._pid, resource.RLIMIT_CPU, (hard, hard))
        if isinstance(number, int) and number in self._runs_hooks:
            self._runs_hooks.discard(number)
            _hand_over_prints(number)
        self._channel.pass_on(line + b"\n")

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


def _parsed(line):
    """An object; empty for anything else, which the host refuses."""
    try:
        message = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}


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
