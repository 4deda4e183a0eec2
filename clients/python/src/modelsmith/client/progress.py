"""Following a job to its end."""

import sys

from .errors import ModelsmithError

_ENDED = ("succeeded", "failed", "cancelled")
_WIDTH = 30


def follow(http, job, show=True):
    """Wait for a job: a progress bar, the prints of the code; raises when it did not succeed. Returns the job."""
    bar = _Bar(job["title"]) if show else None
    while job["state"] not in _ENDED:
        for event, data in http.events("/jobs/%s/events" % job["id"]):
            if event == "job":
                job = data
                if bar:
                    bar.move(job["progress"], job.get("position"))
                if job["state"] in _ENDED:
                    break
            elif event == "log" and bar:
                bar.line(data["text"])
        job = http.json("GET", "/jobs/" + job["id"])
    if bar:
        bar.end(job["state"])
    if job["state"] != "succeeded":
        error = job["error"] or {"message": job["title"] + " was cancelled.", "code": "job.cancelled"}
        detail = error["message"] + ("\n" + error["traceback"] if error.get("traceback") else "")
        raise ModelsmithError(detail, error["code"], hint=error.get("hint"), findings=error.get("findings", ()))
    return job


class _Bar(object):
    def __init__(self, title):
        self._title = title
        self._tty = sys.stderr.isatty()
        self._shown = None

    def move(self, progress, position=None):
        fraction = progress["fraction"] or 0
        text = "%s [%s] %3d %% %s" % (
            self._title,
            ("#" * int(fraction * _WIDTH)).ljust(_WIDTH, "."),
            fraction * 100,
            progress["step"] if position is None else "waits, %s before it" % (position - 1),
        )
        if text != self._shown:
            sys.stderr.write(("\r\033[K" + text) if self._tty else text + "\n")
            sys.stderr.flush()
        self._shown = text

    def line(self, text):
        sys.stderr.write(("\r\033[K" if self._tty else "") + text + "\n")

    def end(self, state):
        sys.stderr.write("%s%s: %s\n" % ("\r\033[K" if self._tty else "", self._title, state))
