"""The same steps in one bare script: the tasks' own hooks, one after another, for each line of JSON on its input.

It reads the same numbers from plain float64 columns, trains on the same rows and leaves the same things: the artifacts of
each step, the predictions of the folds and of the holdout. Nothing is checked, isolated, recorded or kept for later.
"""

import importlib.util
import json
import os
import sys

import numpy
import pandas

TASKS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tasks")


def load(name):
    specification = importlib.util.spec_from_file_location(name, os.path.join(TASKS, name, "custom.py"))
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def read(path):
    """The columns f0 to f29 and the target y."""
    columns = numpy.fromfile(path + ".f64", dtype="<f8").reshape(31, -1)
    return pandas.DataFrame(columns[:30].T, columns=["f%d" % i for i in range(30)]), pandas.Series(columns[30], name="y")


def run_chain(request, name, steps, copies):
    """With copies, each fit gets rows of its own, so that what it does to them does not reach the transform."""
    task = load(name)
    X, y = read(request["file"])
    for step in range(steps):
        output = os.path.join(request["folder"], "n%d" % step)
        os.mkdir(output)
        task.fit(X.copy() if copies else X, y, output)
        X = task.transform(X, task.load_model(output))


def run_folds(request, folds):
    """Row i is of part i % (folds + 1): 0 the holdout, the others the folds."""
    scale, logistic = load("impute-scale"), load("logistic")
    X, y = read(request["file"])
    part = numpy.arange(len(X)) % (folds + 1)
    predictions = numpy.empty((len(X), 2))
    for fold in list(range(1, folds + 1)) + [0]:
        train = numpy.flatnonzero((part != 0) & (part != fold))
        rest = numpy.flatnonzero(part == fold)
        outputs = [os.path.join(request["folder"], "%s-%d" % (name, fold)) for name in ("scale", "model")]
        for output in outputs:
            os.mkdir(output)
        rows, answers = X.iloc[train], y.iloc[train]
        scale.fit(rows, answers, outputs[0])
        scaler = scale.load_model(outputs[0])
        logistic.fit(scale.transform(rows, scaler), answers, outputs[1])
        model = logistic.load_model(outputs[1])
        predictions[rest] = logistic.predict_proba(scale.transform(X.iloc[rest], scaler), model)
    numpy.save(os.path.join(request["folder"], "predictions.npy"), predictions)


def run(request):
    os.mkdir(request["folder"])
    work = request["work"]
    if work["kind"] == "folds":
        run_folds(request, work["folds"])
    else:
        run_chain(request, work["task"], work["steps"], work.get("copies", False))


if __name__ == "__main__":
    for name in sorted(os.listdir(TASKS)):
        load(name)
    print("{}", flush=True)
    for line in sys.stdin:
        run(json.loads(line))
        print("{}", flush=True)
