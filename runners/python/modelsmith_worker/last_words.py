"""What the host reads when the process did not survive: the hook that ran, and where a crash or a limit met it."""

import faulthandler
import os

_descriptor = None


def keep_in(path):
    """Opened before the sandbox closes; the interpreter adds its stack when it crashes."""
    global _descriptor
    _descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    faulthandler.enable(file=_descriptor, all_threads=False)


def descriptor():
    """Of the file, for a program that writes there itself."""
    return _descriptor


def give_to(uid):
    """A program opens the file again, as the user that it runs as."""
    os.fchown(_descriptor, uid, uid)


def on_signal(number):
    """The stack is written at once, by the signal itself: code in C may never come back to Python's own handler."""
    if _descriptor is not None:
        faulthandler.unregister(number)
        faulthandler.register(number, file=_descriptor, all_threads=False, chain=True)


def running(file, line, function):
    """A hook begins: what was written before no longer counts."""
    if _descriptor is not None:
        os.ftruncate(_descriptor, 0)
        os.write(_descriptor, ('  File "%s", line %d in %s\n' % (file, line, function)).encode("utf-8", "replace"))
