"""What makes a task of a library entry: the class that it wraps, fitted on columns made ready as the entry says."""

import importlib
import json
import os

import joblib
import numpy
import pandas

_HERE = os.path.dirname(os.path.abspath(__file__))
_MISSING = "(missing)"

with open(os.path.join(_HERE, "entry.json")) as _file:
    ENTRY = json.load(_file)


def _ready(X):
    """Columns as the wrapped class takes them."""
    if ENTRY["columns"] == "numbers":
        return X.astype("float64")
    return pandas.DataFrame({name: X[name].astype(object).where(X[name].notna(), _MISSING).map(str) for name in X.columns}, columns=X.columns)


def _new(target_type, parameters):
    wraps = ENTRY["wraps"]
    module, _, name = (wraps if isinstance(wraps, str) else wraps[target_type]).rpartition(".")
    given = dict(ENTRY.get("arguments", {}), **parameters)
    known = getattr(importlib.import_module(module), name)
    arguments = {key: _value(value) for key, value in given.items()}
    return known(**arguments)


def _value(value):
    """`$seed` is drawn from the session's seeded generator, `$threads` is how many the session may use."""
    if value == "$seed":
        return int(numpy.random.randint(2**31 - 1))
    if value == "$threads":
        return int(os.environ.get("OMP_NUM_THREADS", "1"))
    if value == "$nan":
        return float("nan")
    return value


def fit(X, y, output_dir, row_weights, parameters, target_type, **kwargs):
    model = _new(target_type, {key: value for key, value in parameters.items() if value is not None})
    data = _ready(X)
    if target_type == "transform":
        model.fit(data)
    elif row_weights is None:
        model.fit(data, y)
    else:
        model.fit(data, y, sample_weight=row_weights)
    joblib.dump(model, os.path.join(output_dir, "model.joblib"))


def load_model(code_dir):
    return joblib.load(os.path.join(code_dir, "model.joblib"))


def transform(X, transformer, **kwargs):
    values = transformer.transform(_ready(X))
    values = values.toarray() if hasattr(values, "toarray") else numpy.asarray(values)
    return pandas.DataFrame(values, columns=list(transformer.get_feature_names_out(list(X.columns))))


def predict(data, model, **kwargs):
    return pandas.DataFrame({"Predictions": numpy.asarray(model.predict(_ready(data)), dtype="float64")})


def predict_proba(data, model, **kwargs):
    return pandas.DataFrame(model.predict_proba(_ready(data)), columns=model.classes_)
