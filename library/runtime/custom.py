"""The hooks of a task of the library: the class that its entry wraps, on columns made ready as the entry says."""

import json
import os

import joblib
import numpy
import pandas
from sklearn.utils.validation import has_fit_parameter

from builtin_task.build import Surroundings, build
from builtin_task.columns import ready
from builtin_task.labels import canonical
from builtin_task.names import named

_HERE = os.path.dirname(os.path.abspath(__file__))
_MODEL, _CLASSES = "model.joblib", "classes.json"

with open(os.path.join(_HERE, "entry.json")) as _file:
    ENTRY = json.load(_file)


def fit(X, y, output_dir, row_weights, parameters, target_type, classes, **kwargs):
    data = ready(X, ENTRY)
    learns = _learns(target_type, classes, y)
    model = build(ENTRY, {name: value for name, value in parameters.items() if value is not None}, Surroundings(learns, classes, X.shape))
    y, known = _target(y, classes)
    given = {}
    if row_weights is not None:
        # Some classes take them in later versions only.
        if ENTRY.get("weights") and has_fit_parameter(model, "sample_weight"):
            given["sample_weight"] = row_weights
        else:
            print("%s takes no row weights: every row counts alike." % ENTRY["title"])
    if target_type == "anomaly" or target_type == "transform" and not ENTRY.get("supervised"):
        model.fit(data, **given)
    else:
        model.fit(data, y, **given)
    joblib.dump(model, os.path.join(output_dir, _MODEL))
    if target_type in ("binary", "multiclass"):
        known = known or [canonical(label) for label in model.classes_]
        with open(os.path.join(output_dir, _CLASSES), "w") as file:
            json.dump({"classes": [canonical(label) for label in classes], "known": known}, file)


def load_model(code_dir):
    path = os.path.join(code_dir, _CLASSES)
    labels = None
    if os.path.exists(path):
        with open(path) as file:
            labels = json.load(file)
    return joblib.load(os.path.join(code_dir, _MODEL)), labels


def transform(X, transformer, **kwargs):
    model, _ = transformer
    return named(getattr(model, ENTRY.get("method", "transform"))(ready(X, ENTRY)), model, X.columns, ENTRY)


def predict(data, model, **kwargs):
    fitted, _ = model
    if ENTRY["targetTypes"] == ["anomaly"]:
        # The libraries score how normal a row is; the contract, how unusual.
        values = -numpy.asarray(fitted.score_samples(ready(data, ENTRY)), dtype="float64")
    else:
        values = numpy.asarray(fitted.predict(ready(data, ENTRY)), dtype="float64")
    return pandas.DataFrame({"Predictions": values.reshape(-1)})


def predict_proba(data, model, **kwargs):
    fitted, labels = model
    shares = pandas.DataFrame(fitted.predict_proba(ready(data, ENTRY)), columns=labels["known"])
    # A class without a row in training is never expected.
    return shares.reindex(columns=labels["classes"], fill_value=0.0)


def _target(y, classes):
    """The target as the class takes it, and what its classes stand for where they are places in a list."""
    labels = ENTRY.get("labels")
    if labels is None or not classes:
        return y, None
    texts = y.map(canonical)
    # Some classes may have no row in a fold.
    known = [name for name in map(canonical, classes) if labels == "all places" or (texts == name).any()]
    return texts.map({name: place for place, name in enumerate(known)}).astype("int64"), known


def _learns(target_type, classes, y):
    """What the blueprint learns: a transform that looks at the target is told it by the classes."""
    if target_type != "transform":
        return target_type
    learns = "regression" if not classes else "binary" if len(classes) == 2 else "multiclass"
    if not ENTRY.get("supervised"):
        return learns
    if y is None:
        raise ValueError("%s looks at the target, and there is none here." % ENTRY["title"])
    if learns not in ENTRY.get("learns", [learns]):
        raise ValueError("%s takes these targets: %s. This one is %s." % (ENTRY["title"], ", ".join(ENTRY["learns"]), learns))
    return learns
