"""The wrapped class, made with what the entry fixes and what was chosen."""

import collections
import importlib
import os

import numpy
from sklearn.compose import ColumnTransformer

# What the blueprint learns, its classes (None: it has none), rows and columns that are fitted on.
Surroundings = collections.namedtuple("Surroundings", ["learns", "classes", "shape"])


def build(entry, parameters, around):
    """
    A new object. An argument may be drawn or looked up: `$seed`, `$threads`, `$nan`, `$classes` (how many);
    `{$by: {...}}` by what the blueprint learns; `{$import: path}` a function; `{$new: path, ...}` another object.
    """
    for name in entry.get("imports", ()):
        importlib.import_module(name)
    wraps = entry["wraps"]
    limits = entry.get("atMost", {})
    given = dict(entry.get("arguments", {}))
    floats = {each["name"] for each in entry["hyperparameters"] if each["type"] == "float"}
    for name, value in parameters.items():
        # 1 and 1.0 are one number to people and to JSON; to scikit-learn, one row and all rows.
        given[name] = float(value) if name in floats else _at_most(value, limits.get(name), around.shape)
    make = imported(wraps if isinstance(wraps, str) else wraps[around.learns])

    def new():
        return make(**{name: _value(value, around) for name, value in given.items()})

    if entry.get("each") != "column":
        return new()
    # All columns count, each by itself; what is sparse stays so.
    return ColumnTransformer([("c%d" % place, new(), place) for place in range(around.shape[1])], sparse_threshold=1.0)


def imported(path):
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


def _at_most(value, limit, shape):
    if limit is None:
        return value
    rows, columns = shape
    return min(value, {"rows": rows, "columns": columns, "both": min(rows, columns)}[limit])


def _value(value, around):
    if isinstance(value, list):
        return [_value(each, around) for each in value]
    if isinstance(value, dict):
        if "$by" in value:
            return _value(value["$by"].get(around.learns), around)
        if "$import" in value:
            return imported(value["$import"])
        if "$new" in value:
            return imported(value["$new"])(**{name: _value(each, around) for name, each in value.items() if name != "$new"})
        return {name: _value(each, around) for name, each in value.items()}
    known = _LOOKED_UP.get(value) if isinstance(value, str) else None
    return value if known is None else known(around)


_LOOKED_UP = {
    "$seed": lambda around: int(numpy.random.randint(2**31 - 1)),
    "$threads": lambda around: int(os.environ.get("OMP_NUM_THREADS", "1")),
    "$nan": lambda around: float("nan"),
    "$classes": lambda around: len(around.classes or ()),
}
