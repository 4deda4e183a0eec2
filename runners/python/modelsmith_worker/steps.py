"""The session's loop: one message in, one step done, one answer out."""

import base64
import os
import random
import resource
import sys
import threading
import time

import numpy

from . import artifacts, clock, outputs
from .blocks import mapped
from .failures import ContractError, blamed_on, describe
from .frames import FileTable
from .tasks import Task


class Steps(object):
    def __init__(self, channel, spec):
        self._channel = channel
        self._home = spec["home"]
        self._limits = spec["limits"]
        self._post_mortem = spec.get("postMortem")
        self._pid = os.getpid()
        self._tasks = {}
        self._active = None
        self._tables = {}
        self._rows = {}
        self._columns = {}
        self._models = {}
        self._peak_mb = 0
        self._clean_state = (list(sys.path), dict(os.environ))

    def serve(self):
        self._channel.send({"type": "ready", "pid": os.getpid()})
        while True:
            message = self._channel.receive()
            if message is None or message["type"] == "close":
                return 0
            self._answer(message)

    def _answer(self, message):
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            with clock.bounded(self._limits):
                result = getattr(self, "_" + message["type"])(message)
            answer = {"type": "result", "id": message["id"], "result": result}
        except BaseException as error:
            code_dir = self._tasks[message["task"]].code_dir if message.get("task") in self._tasks else os.sep
            self._let_look(error, code_dir, message["id"])
            answer = {"type": "error", "id": message["id"], "error": describe(error, code_dir, self._limits)}
        if os.getpid() != self._pid:
            # A fork that user code made has come back here: it must not speak for the session.
            os._exit(1)
        answer["timings"] = {
            "wallMs": (time.perf_counter() - wall) * 1000,
            "cpuMs": (time.process_time() - cpu) * 1000,
            "peakMemoryMb": self._peak_mb,
        }
        if message["type"] in _RUNS_HOOKS:
            # The kernel asks every thread, and only what hooks need is shown.
            self._peak_mb = answer["timings"]["peakMemoryMb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            _hand_over_prints(message["id"])
        elif message["type"] == "predict":
            _flush()
        self._channel.send(answer)

    def _let_look(self, error, code_dir, number):
        """A person who asked to may look at the frames before they are gone. The host stops its clock; ours has stopped with the code."""
        if self._post_mortem is None or os.getpid() != self._pid or not self._post_mortem.concerns(error, code_dir):
            return
        _hand_over_prints(number)
        self._channel.send({"type": "stopped", "id": number})
        self._post_mortem.look(error, code_dir)

    def _add_task(self, message):
        self._tasks[message["name"]] = Task(message["name"], message["codeDir"], message.get("function"))

    def _open_table(self, message):
        table = FileTable(mapped(message["file"]))
        self._tables[message["handle"]] = table
        return table.shape()

    def _set_rows(self, message):
        rows = numpy.fromfile(message["file"], dtype="<i4").astype(numpy.intp)
        self._rows[message["handle"]] = _as_slice(rows)

    def _release(self, message):
        for handle in message["handles"]:
            for kept in (self._tables, self._rows, self._models):
                kept.pop(handle, None)
            self._columns = {key: known for key, known in self._columns.items() if handle not in key}

    def _store_table(self, message):
        return self._tables[message["handle"]].store(message["file"])

    def _frame(self, reference):
        shared = not reference.get("last", False)
        parts = [self._part(part, shared, reference.get("sparse", False)) for part in reference["parts"]]
        if len(parts) == 1:
            return parts[0]
        import pandas

        joined = pandas.concat(parts, axis=1)
        names = list(joined.columns)
        if len(set(names)) != len(names):
            joined.columns = _unique(names)
        return joined

    def _column(self, reference):
        """A fresh Series of one column: target and weights, which every fit on the same rows asks for."""
        part = reference["parts"][0]
        key = (part["table"], part.get("rows"))
        name = part["columns"][0]
        known = self._columns.setdefault(key, {})
        if name not in known:
            known[name] = self._part(part, True).iloc[:, 0]
        return known[name].copy()

    def _part(self, part, shared, sparse=False):
        if "blocks" in part:
            return FileTable(base64.b64decode(part["blocks"])).frame(part.get("columns"), None, False, sparse)
        rows = self._rows[part["rows"]] if part.get("rows") is not None else None
        return self._tables[part["table"]].frame(part.get("columns"), rows, shared, sparse)

    def _use(self, name):
        task = self._tasks[name]
        if self._active is not task:
            self._restore()
            self._active = task
            task.activate()
        task.load()
        return task

    def _restore(self):
        """What one task may have changed, as it was before: search path, environment, working folder."""
        if self._active is not None:
            self._active.deactivate()
            self._active = None
        path, environment = self._clean_state
        sys.path[:] = path
        if dict(os.environ) != environment:
            os.environ.clear()
            os.environ.update(environment)
        os.chdir(self._home)

    def _fit(self, message):
        task = self._use(message["task"])
        _seed(message["seed"])
        x = self._frame(message["x"])
        y = self._column(message["y"]) if message.get("y") else None
        weights = self._column(message["weights"]) if message.get("weights") else None
        output = message["outputDir"]
        offered = {
            "output_dir": output,
            "class_order": message.get("classes") if message["targetType"] == "binary" else None,
            "row_weights": weights,
            "parameters": message["parameters"],
            # Ours: for code that serves several target types; a transform tells by the classes what the blueprint learns.
            "target_type": message["targetType"],
            "classes": message.get("classes"),
        }
        thing = task.new_object() if task.is_class else None
        fit = task.hook("fit", thing)
        if fit is None:
            raise ContractError("task.noFit", "The task has no fit hook.", "Define fit(X, y, output_dir, **kwargs).", task.place_of(None))
        task.call(fit, dict(X=x, y=y, **offered))
        with blamed_on(task.place_of(fit)):
            if task.is_class and task.hook("load_model", thing) is None and not artifacts.native_files(output):
                artifacts.save_object(thing, output)
            written = artifacts.list_files(output)
            if not written:
                raise ContractError("task.noArtifact", "fit wrote nothing to output_dir.", "Save the fitted object there, such as with joblib.dump(model, os.path.join(output_dir, 'model.joblib')).")
            if message.get("keepAs"):
                self._models[message["keepAs"]] = artifacts.load(task, output)
        return {"artifacts": written}

    def _load(self, message):
        task = self._use(message["task"])
        self._models[message["model"]] = artifacts.load(task, message["artifactDir"])

    def _apply(self, message):
        table, hook = self._applied(message)
        self._tables[message["result"]] = table
        return {"shape": table.shape(message.get("lookForMissing", False)), "hook": hook}

    def _predict(self, message):
        table, hook = self._applied(message)
        return {"blocks": base64.b64encode(table.as_blocks()).decode("ascii"), "hook": hook}

    def _call(self, message):
        """Call a function of the folder on whole tables; what it returned, as a table."""
        task = self._use(message["task"])
        _seed(message["seed"])
        name = message["function"]
        function = task.hook(name)
        if function is None:
            raise ContractError("task.noFunction", "custom.py defines no function %s." % name, "Define %s." % _FUNCTIONS[name], task.place_of(None))
        tables = message["tables"]
        if name == "split":
            data = self._frame(tables["data"])
            value = task.call(function, message["parameters"], (("data", data),))
            with blamed_on(task.place_of(function)):
                table = outputs.parts(value, message["rows"])
        else:
            weights = self._column(tables["weights"]) if tables.get("weights") else None
            # A single column is given as such: labels, or predicted numbers.
            actual = self._column(tables["actual"])
            predictions = self._column(tables["predictions"]) if message["single"] else self._frame(tables["predictions"])
            offered = dict(message["parameters"], weights=weights)
            value = task.call(function, offered, (("actual", actual), ("predictions", predictions)))
            with blamed_on(task.place_of(function)):
                table = outputs.metrics(value, message["metrics"])
        hook = dict(task.place_of(function), name=name)
        return {"blocks": base64.b64encode(table.as_blocks()).decode("ascii"), "hook": hook}

    def _applied(self, message):
        """(what a hook made of the rows, as a table; the hook)."""
        task = self._use(message["task"])
        _seed(message["seed"])
        model = self._models[message["model"]]
        x = self._frame(message["x"])
        rows = len(x)
        target_type = message["targetType"]
        value, hook, place, own_classes = _run(task, model, _APPLYING.get(target_type, ("predict", "score")), x, message)
        with blamed_on(place):
            if target_type == "transform":
                table = outputs.transformed(value, rows)
            elif target_type in ("binary", "multiclass"):
                table = outputs.probabilities(value, rows, message.get("classes"), own_classes, hook)
            else:
                table = outputs.predictions(value, rows, hook)
        return table, dict(place, name=hook)

    def _reset(self, message):
        self._restore()
        return {"clean": threading.active_count() == 1 and not _has_children()}


_RUNS_HOOKS = ("fit", "load", "apply", "call")
_FUNCTIONS = {"split": "split(data, **parameters)", "evaluate": "evaluate(actual, predictions, weights=None, **parameters)"}


def _hand_over_prints(number):
    """Tell the host that every print of this step has been written."""
    _flush()
    for descriptor in (1, 2):
        try:
            os.write(descriptor, b"\0%d\n" % number)
        except OSError:
            pass


def _flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            pass


_APPLYING = {"transform": ("transform",), "binary": ("predict_proba", "score"), "multiclass": ("predict_proba", "score")}


def _run(task, model, names, x, message):
    """(what the hook returned, its name, its place, the classes that a native model names)."""
    thing = model if task.is_class else None
    for name in names:
        hook = task.hook(name, thing)
        if hook is not None:
            offered = {"parameters": message.get("parameters") or None}
            fitted = () if task.is_class else (("transformer" if name == "transform" else "model", model),)
            return task.call(hook, offered, (("data", x),) + fitted), name, task.place_of(hook), None
    for name in names:
        if callable(getattr(model, name, None)) and name != "score":
            return getattr(model, name)(x), name, task.place_of(None), getattr(model, "classes_", None)
    raise ContractError("task.noHook", "The task has no hook %s, and its artifact has no such method." % " or ".join(names), "Define one of them.", task.place_of(None))


def _as_slice(rows):
    """Rows that follow one another as a slice: taking them reads each value once."""
    if len(rows) == 0 or rows[-1] - rows[0] != len(rows) - 1 or (numpy.diff(rows) != 1).any():
        return rows
    return slice(int(rows[0]), int(rows[-1]) + 1)


def _seed(seed):
    random.seed(seed)
    numpy.random.seed(seed % 2**32)


def _unique(names):
    """Names of columns laid side by side: a later one of an equal name gets a number."""
    seen, unique = set(), []
    for name in names:
        candidate, count = name, 2
        while candidate in seen:
            candidate = "%s_%d" % (name, count)
            count += 1
        seen.add(candidate)
        unique.append(candidate)
    return unique


def _has_children():
    try:
        with open("/proc/self/task/%d/children" % os.getpid()) as file:
            return bool(file.read().strip())
    except OSError:
        return False
