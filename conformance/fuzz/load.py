"""
Loads broken model files with the real library and writes what it predicts: load.py FIXTURES WORK. WORK holds a folder a mutant with `model.pkl` and
`parent`, the path of the fixture that it was made of; those are loaded here first, as they are ours. A mutant may hold anything: each is loaded in a
child of its own, as nobody, without a network where the system allows that, in an empty folder, with limits of time, memory, files and processes.
"""
import csv
import ctypes
import io
import json
import os
import resource
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "differential"))

from answers import answers, cell_text, read_input  # noqa: E402

try:
    import joblib
except ImportError:
    from sklearn.externals import joblib

CLONE_NEWNET = 0x40000000


def limited(empty):
    os.chdir(empty)
    for what, most in (
        (resource.RLIMIT_AS, 3 << 30), (resource.RLIMIT_CPU, 20), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_NPROC, 0), (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)


def predictions(data, rows):
    model = joblib.load(io.BytesIO(data))
    pairs, _ = answers(model, rows)
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow([name for name, _ in pairs])
    for row in range(len(rows)):
        table.writerow([cell_text(values[row]) for _, values in pairs])
    return out.getvalue() if pairs else ""


def in_child(data, rows, empty):
    """What the library predicts, as CSV; empty where it refuses, or does not come to an end."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            limited(empty)
            text = predictions(data, rows)
        except BaseException:  # noqa: whatever a broken file leads to
            text = ""
        with os.fdopen(writing, "w", encoding="utf-8") as pipe:
            pipe.write(text)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return text


def main():
    work = sys.argv[1]
    parents = {}
    for name in sorted(os.listdir(work)):
        with open(os.path.join(work, name, "parent"), encoding="utf-8") as file:
            folder = file.read()
        if folder not in parents:
            with open(os.path.join(folder, "meta.json"), encoding="utf-8") as file:
                rows = read_input(folder, json.load(file))
            answers(joblib.load(os.path.join(folder, "model.pkl")), rows)
            parents[folder] = rows
    ctypes.CDLL(None).unshare(CLONE_NEWNET)
    with tempfile.TemporaryDirectory() as empty:
        os.chmod(empty, 0o755)
        for name in sorted(os.listdir(work)):
            with open(os.path.join(work, name, "parent"), encoding="utf-8") as file:
                rows = parents[file.read()]
            with open(os.path.join(work, name, "model.pkl"), "rb") as file:
                data = file.read()
            text = in_child(data, rows, empty)
            if text:
                with open(os.path.join(work, name, "expected.csv"), "w", encoding="utf-8") as file:
                    file.write(text)


main()
