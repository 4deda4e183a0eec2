"""Where code has raised, a person looks around: pdb over a socket of lines, which the command on their own machine hands in."""

import os
import pdb
import resource
import socket
import sys
import traceback

_WORKER = os.path.dirname(os.path.abspath(__file__)) + os.sep


class PostMortem(object):
    """Connected before the sandbox closes; good for one look."""

    def __init__(self, path):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(path)
        self._used = False

    def concerns(self, error, code_dir):
        """Did code of the task raise it, and may it still be looked at."""
        return not self._used and any(_is_within(code_dir, frame) for frame, _ in traceback.walk_tb(error.__traceback__))

    def look(self, error, code_dir):
        """Returns when the person is done, or gone. What they do there is theirs: the error stays what it was."""
        self._used = True
        # What the person calls may print, and `interact` reads from where the interpreter does.
        streams = sys.stdin, sys.stdout
        # Two, because a stream that does both forgets at a write what it has read ahead.
        typed, shown = [self._socket.makefile(mode, encoding="utf-8", errors="backslashreplace") for mode in ("r", "w")]
        sys.stdin, sys.stdout = typed, shown
        try:
            if isinstance(error, MemoryError):
                # There must be room to look; what stays withheld is the kernel's to keep.
                hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
                resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))
            shown.write("".join(traceback.format_exception_only(type(error), error)))
            shown.write("p NAME shows a value, u and d go up and down the calls, q ends.\n")
            _Pdb(typed, shown, code_dir).interaction(None, _without_worker(error.__traceback__))
        except BaseException:
            # pdb ends by raising when it is told so in the midst of something, or when nobody listens any more.
            pass
        finally:
            sys.settrace(None)
            sys.stdin, sys.stdout = streams
            for each in (typed, shown):
                _close(each)
            self._socket.close()


class _Pdb(pdb.Pdb):
    def __init__(self, typed, shown, code_dir):
        pdb.Pdb.__init__(self, stdin=typed, stdout=shown, nosigint=True, readrc=False)
        self._code_dir = code_dir

    def setup(self, frame, tb):
        """Begin at the task's own line, not in the library that it called."""
        pdb.Pdb.setup(self, frame, tb)
        self.curindex = max(index for index, (each, _) in enumerate(self.stack) if _is_within(self._code_dir, each))
        self.curframe = self.stack[self.curindex][0]
        self.curframe_locals = self.curframe.f_locals

    def format_stack_entry(self, *arguments, **named):
        """Paths as they are in the task folder."""
        return pdb.Pdb.format_stack_entry(self, *arguments, **named).replace(self._code_dir + os.sep, "")


def _close(stream):
    try:
        stream.close()
    except (OSError, ValueError):
        # Nobody listens to the rest of it.
        pass


def _is_within(code_dir, frame):
    return frame.f_code.co_filename.startswith(code_dir + os.sep)


def _without_worker(tb):
    """From where the worker has called the code."""
    while tb.tb_frame.f_code.co_filename.startswith(_WORKER):
        tb = tb.tb_next
    return tb
