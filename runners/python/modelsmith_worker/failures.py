"""What went wrong in user code or against the contract, in the words that the host passes on."""

import contextlib
import errno
import os
import pickle
import resource
import socket
import traceback

from . import foreign

LIMITS = {
    "time": "resources.timeoutSeconds in model-metadata.yaml for `modelsmith fit`, MODELSMITH_STEP_SECONDS on a server.",
    "memory": "resources.memoryMb in model-metadata.yaml for `modelsmith fit`, MODELSMITH_SESSION_MB on a server.",
}

PICKLING = "A pickle holds functions and classes by their names: write them with def and class at the top of a module of the folder; or save what they need, and give load_model."


class ContractError(Exception):
    """The code broke a rule of the task contract; ``place`` is where it should be mended."""

    def __init__(self, code, message, hint=None, place=None):
        super(ContractError, self).__init__(message)
        self.code = code
        self.hint = hint
        self.place = place


class LimitReached(BaseException):
    """Raised in the midst of user code by the signal of a limit, so that the traceback shows where it was."""

    def __init__(self, code, message, hint):
        super(LimitReached, self).__init__(message)
        self.code = code
        self.hint = hint
        self.place = None


@contextlib.contextmanager
def blamed_on(place):
    """A broken rule that is found after the hook has returned is the hook's."""
    try:
        yield
    except ContractError as error:
        error.place = error.place or place
        raise


def describe(error, code_dir, limits):
    """An error for the host: code, message, hint, and the frames of the user's own files."""
    if isinstance(error, MemoryError):
        _make_room(error)
    frames = _user_frames(error, code_dir)
    ours = isinstance(error, (ContractError, LimitReached))
    code, message, hint = (error.code, str(error), error.hint) if ours else _explain(error, limits, _import_hint(frames, code_dir))
    described = {"type": type(error).__name__, "code": code, "message": _without(code_dir, message), "hint": hint, "frames": frames}
    if frames or not ours:
        described["traceback"] = _without(code_dir, _shortened(error, frames, ours))
    if frames:
        described["place"] = {"file": frames[-1]["file"], "line": frames[-1]["line"]}
    elif ours and error.place is not None:
        described["place"] = error.place
    return described


def _explain(error, limits, import_hint):
    """(code, message, hint) of an error that is not ours."""
    text = str(error)
    name = type(error).__name__
    if isinstance(error, SyntaxError):
        return "task.syntax", "%s: %s." % (name, error.msg), None
    if isinstance(error, ImportError):
        return "task.import", text + ".", import_hint or "Choose an environment that has the package; a helper module must lie in the task folder."
    if isinstance(error, MemoryError):
        return "limit.memory", "The code asked for more than the %s MB of memory that it may have." % limits["memoryMb"], "Use less memory, or raise the limit: " + LIMITS["memory"]
    if _is_refused_process(error):
        return "limit.processes", "The code started more than the %s processes and threads that it may have." % limits["processes"], "Start fewer: n_jobs=1 is enough where the platform runs steps in parallel."
    if isinstance(error, OSError) and error.errno == errno.EFBIG:
        return "limit.fileSize", "The code wrote a file larger than the %s MB that it may." % limits["fileSizeMb"], "Write less, or several files."
    if isinstance(error, SystemExit):
        return "task.exit", "The code called exit (status %s)." % (error.code,), "Raise an error that says what is wrong; a hook that is done returns."
    if "pickle" in text.lower() and isinstance(error, (pickle.PicklingError, AttributeError, TypeError)):
        return "task.raised", name + ": " + text, PICKLING
    return "task.raised", name + (": " + text if text else ""), _sandbox_hint(error)


def _import_hint(frames, code_dir):
    return foreign.hint_of(os.path.join(code_dir, frames[-1]["file"]), frames[-1]["line"]) if frames else None


def _make_room(error):
    """Lets go of what the code held, so that there is memory to say so."""
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))
    traceback.clear_frames(error.__traceback__)


def _is_refused_process(error):
    if isinstance(error, RuntimeError):
        return "can't start new thread" in str(error)
    stack = traceback.extract_tb(error.__traceback__)
    return isinstance(error, BlockingIOError) and bool(stack) and "fork" in (stack[-1][3] or "")


def _sandbox_hint(error):
    """What to do instead of something that the sandbox does not allow."""
    # urllib wraps what the socket said.
    reason = getattr(error, "reason", None)
    if isinstance(reason, OSError):
        return _sandbox_hint(reason)
    number = getattr(error, "errno", None)
    if isinstance(error, socket.gaierror) or number in (errno.ENETUNREACH, errno.EAFNOSUPPORT):
        return "A task has no network: put what it needs into its folder."
    if not isinstance(error, OSError):
        return None
    if number in (errno.EROFS, errno.EACCES, errno.EPERM):
        return "Only output_dir and the temporary folder can be written; of other files only those of the task folder can be read."
    if number == errno.ENOSPC:
        return "The temporary folder is small and lies in memory: write large files to output_dir."
    if number == errno.ENOENT:
        return "A task sees the files of its own folder and nothing else of the machine; its path is that of __file__."
    return None


def _user_frames(error, code_dir):
    found = []
    for frame in traceback.extract_tb(error.__traceback__):
        filename, line, function, source = frame[:4]
        if filename.startswith(code_dir + os.sep):
            found.append({"file": os.path.relpath(filename, code_dir), "line": line, "function": function, "source": source or ""})
    if isinstance(error, SyntaxError) and (error.filename or "").startswith(code_dir + os.sep):
        found.append({"file": os.path.relpath(error.filename, code_dir), "line": error.lineno or 1, "function": "", "source": (error.text or "").rstrip()})
    return found


def _without(code_dir, text):
    """Where the host keeps the folder is nobody's business."""
    return text.replace(code_dir + os.sep, "").replace(code_dir, ".")


def _shortened(error, frames, ours):
    """The traceback without the frames of worker and libraries."""
    lines = ["Traceback (most recent call last):"]
    for frame in frames:
        if not frame["function"]:
            continue
        lines.append('  File "%s", line %s, in %s' % (frame["file"], frame["line"], frame["function"]))
        if frame["source"]:
            lines.append("    " + frame["source"])
    lines.extend([str(error)] if ours else [text.rstrip("\n") for text in traceback.format_exception_only(type(error), error)])
    return "\n".join(lines)[:20000]
