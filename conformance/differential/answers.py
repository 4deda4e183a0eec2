"""What the real library answers, as the columns that fixtures have. Runs with every Python and scikit-learn from 3.6 and 0.18 on."""
import csv
import json
import os
import warnings

import numpy as np
import scipy.sparse as sp

warnings.simplefilter("ignore")

METHODS = (
    "predict", "predict_proba", "predict_log_proba", "decision_function", "score_samples", "predict_std", "transform", "apply",
    "kneighbors",
)


def label_text(value):
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if value is None:
        return "None"
    return str(value)


def cell_text(value):
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (float, np.floating)):
        return repr(float(value))
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    return "nan" if value is None else str(value)


def column_pairs(name, result, classes):
    """Pairs of a column's name and its values. `classes`: what columns of scores stand for, where that is known."""
    if sp.issparse(result):
        result = result.toarray()
    result = np.asarray(result)
    if result.ndim == 1:
        return [(name, result)]
    if result.ndim > 2:
        result = result.reshape(len(result), -1)
    width = result.shape[1]
    named = name in ("predict_proba", "predict_log_proba", "decision_function") and classes is not None and len(classes) == width
    return [("%s:%s" % (name, label_text(classes[j]) if named else j), result[:, j]) for j in range(width)]


def classes_of(model):
    try:
        return model.classes_
    except Exception:
        return None


def ask(model, method, X):
    """Columns of one method; None where the model has no such method."""
    classes = classes_of(model)
    several = isinstance(classes, list)
    if method == "predict_std":
        if type(model).__name__ not in ("GaussianProcessRegressor", "BayesianRidge", "ARDRegression"):
            return None
        return column_pairs(method, model.predict(X, return_std=True)[1], None)
    if method == "kneighbors":
        if not hasattr(model, "kneighbors") or type(model).__name__.startswith(("Radius", "LocalOutlier")):
            return None
        distances, indices = model.kneighbors(X)
        pairs = [("kneighbors_dist:%d" % k, distances[:, k]) for k in range(distances.shape[1])]
        return pairs + [("kneighbors_ind:%d" % k, indices[:, k]) for k in range(indices.shape[1])]
    # Flips a bit of each row that is drawn at random.
    if method == "score_samples" and type(model).__name__ == "BernoulliRBM":
        return None
    if not hasattr(model, method):
        return None
    result = getattr(model, method)(X)
    if isinstance(result, tuple):
        result = result[0]
    if isinstance(result, list) and method in ("predict_proba", "predict_log_proba", "decision_function"):
        pairs = []
        for k, one in enumerate(result):
            own = classes[k] if several else None
            pairs += [("%s[%d]:%s" % (method, k, name.split(":", 1)[1]), values) for name, values in column_pairs(method, one, own)]
        return pairs
    return column_pairs(method, result, None if several else classes)


def answers(model, X, methods=METHODS):
    """(columns, methods that are there and raise)."""
    pairs, raising = [], {}
    rows = X.shape[0] if hasattr(X, "shape") else len(X)
    for method in methods:
        try:
            found = ask(model, method, X)
        except (KeyboardInterrupt, MemoryError):
            raise
        except BaseException as error:  # noqa: what the library raises is the answer
            raising[method] = "%s: %s" % (type(error).__name__, str(error)[:200])
            continue
        # What is not one value or more a row cannot be compared row by row.
        pairs += [pair for pair in found or [] if len(pair[1]) == rows]
    return pairs, raising


def write_answers(folder, pairs):
    rows = len(pairs[0][1]) if pairs else 0
    with open(os.path.join(folder, "expected.csv"), "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow([name for name, _ in pairs])
        for row in range(rows):
            out.writerow([cell_text(values[row]) for _, values in pairs])


def number(cell):
    return float("nan") if cell == "" else float(cell)


def read_input(folder, meta):
    """The rows of a fixture as its model took them."""
    kind = meta["input_kind"]
    if kind == "dicts":
        with open(os.path.join(folder, "input.jsonl"), encoding="utf-8") as file:
            return [json.loads(line) for line in file if line.strip()]
    with open(os.path.join(folder, "input.csv"), newline="", encoding="utf-8") as file:
        header, *records = list(csv.reader(file))
    if kind == "matrix":
        return np.array([[number(cell) for cell in record] for record in records], dtype=float).reshape(len(records), len(header))
    if kind == "text":
        return [record[0] if record else "" for record in records]
    if kind == "dataframe":
        import pandas as pd

        frame = {}
        for index, name in enumerate(header):
            cells = [record[index] for record in records]
            dtype = meta["dtypes"].get(name, "float64")
            if dtype == "bool":
                frame[name] = np.array([cell.lower() == "true" for cell in cells])
            elif dtype.startswith(("int", "uint")):
                frame[name] = np.array([int(float(cell)) for cell in cells], dtype=dtype)
            elif dtype.startswith("float"):
                frame[name] = np.array([number(cell) for cell in cells], dtype=dtype)
            else:
                frame[name] = np.array([np.nan if cell == "" else cell for cell in cells], dtype=object)
        return pd.DataFrame(frame, columns=header)
    raise ValueError("rows of kind %s are not read" % kind)
