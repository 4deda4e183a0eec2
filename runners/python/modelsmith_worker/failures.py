"""What went wrong in user code or against the contract, in the words that the host passes on."""

import errno
import os
import socket
import traceback


class ContractError(Exception):
    """The code broke a rule of the task contract."""

    def __init__(self, code, message, hint=None):
        super(ContractError, self).__init__(message)
        self.code = code
        self.hint = hint


class LimitReached(BaseException):
    """Raised in the midst of user code by the signal of a limit, so that the traceback shows where it was."""

    def __init__(self, code, message, hint):
        super(LimitReached, self).__init__(message)
        self.code = code
        self.hint = hint


def describe(error, code_dir):
    """An error for the host: code, message, hint, and the frames of the user's own files."""
    frames = _user_frames(error, code_dir)
    last = frames[-1] if frames else None
    described = {"type": type(error).__name__, "frames": frames, "traceback": _shortened(error, frames)}
    if isinstance(error, (ContractError, LimitReached)):
        described.update(code=error.code, message=str(error), hint=error.hint)
    elif isinstance(error, SyntaxError) and error.filename and error.filename.startswith(code_dir):
        place = os.path.relpath(error.filename, code_dir)
        described.update(code="task.syntax", message="%s, line %s: %s" % (place, error.lineno, error.msg), hint=None)
        described["frames"] = [{"file": place, "line": error.lineno, "function": "", "source": (error.text or "").rstrip()}]
    elif isinstance(error, ImportError):
        described.update(
            code="task.import",
            message=str(error),
            hint="Choose an environment that has the package, or list it in requirements.txt; a helper module must lie in the task folder.",
        )
    elif isinstance(error, MemoryError):
        described.update(code="limit.memory", message="The code asked for more memory than it may have.", hint="Use less memory, or raise resources.memoryMb.")
    elif _is_refused_process(error):
        described.update(code="limit.processes", message="The code started more processes or threads than it may have.", hint="Start fewer: n_jobs=1 is enough where the platform runs steps in parallel.")
    elif isinstance(error, OSError) and error.errno == errno.EFBIG:
        described.update(code="limit.fileSize", message="The code wrote a larger file than it may.", hint="Write less, or several files.")
    elif isinstance(error, SystemExit):
        described.update(code="task.exit", message="The code called exit (status %s)." % (error.code,), hint="Raise an error instead: exit ends the session.")
    else:
        text = str(error)
        described.update(code="task.raised", message=type(error).__name__ + (": " + text if text else ""), hint=_sandbox_hint(error))
    if last and "line" in last:
        described["place"] = {"file": last["file"], "line": last["line"]}
    elif described["frames"]:
        described["place"] = {"file": described["frames"][-1]["file"], "line": described["frames"][-1]["line"]}
    return described


def _is_refused_process(error):
    if isinstance(error, RuntimeError):
        return "can't start new thread" in str(error)
    stack = traceback.extract_tb(error.__traceback__)
    return isinstance(error, BlockingIOError) and bool(stack) and "fork" in (stack[-1][3] or "")


def _sandbox_hint(error):
    """What to do instead of something that the sandbox does not allow."""
    number = getattr(error, "errno", None)
    if isinstance(error, socket.gaierror) or number in (errno.ENETUNREACH, errno.EAFNOSUPPORT):
        return "A task has no network: put what it needs into its folder."
    if isinstance(error, OSError) and number in (errno.EROFS, errno.EACCES, errno.EPERM):
        return "Only output_dir and the temporary folder can be written; of other files only those of the task folder can be read."
    return None


def _user_frames(error, code_dir):
    found = []
    for frame in traceback.extract_tb(error.__traceback__):
        filename, line, function, source = frame[:4]
        if filename.startswith(code_dir + os.sep):
            found.append({"file": os.path.relpath(filename, code_dir), "line": line, "function": function, "source": source or ""})
    return found


def _shortened(error, frames):
    """The traceback without the frames of worker and libraries."""
    lines = ["Traceback (most recent call last):"]
    for frame in frames:
        lines.append('  File "%s", line %s, in %s' % (frame["file"], frame["line"], frame["function"]))
        if frame["source"]:
            lines.append("    " + frame["source"])
    lines.extend(text.rstrip("\n") for text in traceback.format_exception_only(type(error), error))
    return "\n".join(lines)[:20000]
