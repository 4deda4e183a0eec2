"""
Draws estimators, parameters and data, fits them with the real library, and writes each as a fixture: draw.py OUT SEED COUNT [CLASS].
Case i follows from SEED + i alone (and from the library). What the library refuses to fit is drawn anew.
"""
import json
import os
import pickle
import signal
import sys
import warnings

import numpy as np

from answers import answers, cell_text, write_answers
from estimators import SPECS, build

warnings.simplefilter("ignore")

try:
    import joblib
except ImportError:
    from sklearn.externals import joblib


LONGEST = 30


def choice(rng, items):
    return items[rng.randint(len(items))]


def draw_matrix(rng, rows, columns, flags):
    X = rng.normal(size=(rows, columns))
    style = rng.randint(7)
    if "count" in flags:
        return rng.poisson(1.5, size=(rows, columns)).astype(float)
    if "binary" in flags:
        return (X > 0).astype(float)
    if "ordinal" in flags:
        X = rng.randint(0, 4, size=(rows, columns)).astype(float)
        X[0] = 3
        return X
    if style == 0:
        X = np.round(X, 1)
    elif style == 1:
        X = np.round(X * 3)
    elif style == 2:
        X = X * 10.0 ** rng.randint(-3, 4, size=columns) + rng.normal(size=columns) * 10
    elif style == 3:
        X = X.astype(np.float32).astype(float)
    elif style == 4:
        X[:, rng.randint(columns)] = round(rng.normal(), 3)
    elif style == 5:
        X = np.exp(X)
    if "positive" in flags:
        X = np.abs(X) + 0.01
    return X


def edge_rows(rng, X, flags):
    """Training rows, rows between them, and rows at the edges: thresholds and the numbers beside them, zeros, extremes, NaN."""
    rows, columns = X.shape
    known = X[rng.randint(rows, size=8)]
    if flags & {"count", "binary", "ordinal"}:
        return np.vstack([known, X[rng.randint(rows, size=12)]])
    mixed = np.array([[X[rng.randint(rows), j] for j in range(columns)] for _ in range(10)])
    middles = []
    for _ in range(8):
        a, b = X[rng.randint(rows)], X[rng.randint(rows)]
        middle = (a + b) / 2
        middles.append(choice(rng, [
            middle, np.nextafter(middle, np.inf), np.nextafter(middle, -np.inf), middle.astype(np.float32).astype(float),
            np.nextafter(middle.astype(np.float32), np.float32(np.inf)).astype(float), a * (1 + 1e-9),
        ]))
    with np.errstate(all="ignore"):
        low, high, spread = X.min(axis=0), X.max(axis=0), X.std(axis=0)
        if "positive" in flags:
            return np.vstack([known, mixed, middles, [high * 10], [low / 10]])
        if "tame" in flags:  # What is added up should not be too much larger than the sum.
            return np.vstack([known, mixed, middles, [np.zeros(columns)], [low], [high]])
        extremes = [np.zeros(columns), -np.zeros(columns), np.full(columns, 5e-324), low, high, high + 10 * spread, low - 100 * spread]
    result = np.vstack([known, mixed, middles, extremes])
    if "nan" in flags:
        holes = result[:6].copy()
        holes[rng.uniform(size=holes.shape) < 0.4] = np.nan
        result = np.vstack([result, holes, [np.full(columns, np.nan)]])
    return result


LABELS = [
    lambda k: np.arange(k), lambda k: np.arange(k) * 2 - 3, lambda k: np.array(["no", "yes", "maybe", "x y", "ü"])[:k],
    lambda k: np.arange(k) + 0.0, lambda k: np.array([False, True])[:k], lambda k: np.array(["a", 'b,"c"', "d"], dtype=object)[:k],
]


def draw_target(rng, X, kind, flags):
    rows = len(X)
    with np.errstate(all="ignore"):
        scale = np.where(np.nanstd(X, axis=0) > 0, np.nanstd(X, axis=0), 1)
        Z = np.nan_to_num((X - np.nanmean(X, axis=0)) / scale)
    signal = Z.dot(rng.normal(size=X.shape[1])) + 0.3 * Z[:, 0] ** 2 + rng.normal(size=rows) * 0.5
    if kind == "iso":
        return np.sort(signal) + rng.normal(size=rows)
    if kind == "multi":
        return np.column_stack([signal, rng.normal(size=rows), Z[:, -1] - signal])
    if kind in ("mclf", "chain"):
        Y = np.column_stack([signal > 0, Z[:, -1] > 0.2, rng.uniform(size=rows) > 0.6]).astype(int)
        Y[:4] = [[0, 1, 1], [1, 0, 0], [1, 1, 0], [0, 0, 1]]
        return Y
    if kind == "reg":
        if "targets" in flags and rng.randint(3) == 0:
            return np.column_stack([signal, rng.normal(size=rows), -signal + rng.normal(size=rows)])[:, : rng.randint(1, 4)]
        if "positive_y" in flags:
            return np.abs(signal) + 0.1
        return np.round(signal) if rng.randint(4) == 0 else signal * 10.0 ** rng.randint(-2, 4)
    if kind == "clf":
        if "multilabel" in flags and rng.randint(3) == 0:
            Y = np.column_stack([signal > 0, Z[:, -1] > 0.2, rng.uniform(size=rows) > 0.6]).astype(int)
            Y[:4] = [[0, 1, 1], [1, 0, 0], [1, 1, 0], [0, 0, 1]]
            return Y
        classes = 2 if "two" in flags else choice(rng, [2, 2, 3, 4]) if "one" not in flags else choice(rng, [1, 2, 2, 3, 4])
        codes = np.searchsorted(np.quantile(signal, np.linspace(0, 1, classes + 1)[1:-1]), signal) if hasattr(np, "quantile") else (
            np.searchsorted(np.percentile(signal, np.linspace(0, 100, classes + 1)[1:-1]), signal))
        names = choice(rng, LABELS)(classes)
        if len(names) < classes:
            names = np.arange(classes)
        y = names[codes]
        if "targets" in flags and rng.randint(4) == 0:
            other = choice(rng, LABELS[:2])(2)[(rng.uniform(size=rows) > 0.5).astype(int)]
            first = codes if y.dtype.kind not in "iu" else y
            return np.column_stack([first, other])
        return y
    return None


WORDS = "the a cat dog runs fast slow Übergröße naïve 東京 x1 don't e-mail 3.14 foo_bar NASA café I go went and or not very of in".split()


def draw_texts(rng, rows):
    seps = [" ", " ", " ", ", ", "  ", "\n", ". ", "-", "\t"]
    return ["".join(choice(rng, WORDS) + choice(rng, seps) for _ in range(rng.randint(0 if i > 3 else 3, 12))) for i in range(rows)]


def draw_frame(rng, rows, holes=False):
    import pandas as pd

    frame = pd.DataFrame({
        "age": np.round(rng.normal(40, 12, rows)), "income": rng.lognormal(8, 1, rows),
        "city": [choice(rng, ["Oslo", "Rome", "Köln", "New York"]) for _ in range(rows)],
        "grade": [choice(rng, list("abc")) for _ in range(rows)], "children": rng.randint(0, 4, rows),
        "member": rng.uniform(size=rows) > 0.5,
    }, columns=["age", "income", "city", "grade", "children", "member"])
    frame["city"] = frame["city"].astype(object)
    frame["grade"] = frame["grade"].astype(object)
    if holes:
        frame.loc[rng.uniform(size=rows) < 0.2, "age"] = np.nan
    return frame


def write_input(folder, X, kind):
    import csv

    dtypes = None
    with open(os.path.join(folder, "input.csv"), "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        if kind == "text":
            out.writerow(["text"])
            out.writerows([[one] for one in X])
        elif kind == "dataframe":
            dtypes = {name: "object" if X[name].dtype.kind not in "biuf" else str(X[name].dtype) for name in X.columns}
            out.writerow(list(X.columns))
            for row in range(len(X)):
                cells = [X[name].iloc[row] for name in X.columns]
                out.writerow(["" if isinstance(cell, float) and np.isnan(cell) else cell_text(cell) for cell in cells])
        elif kind == "labels":
            out.writerow(["y"])
            out.writerows([[cell_text(one)] for one in X])
        else:
            out.writerow(["f%d" % j for j in range(X.shape[1])])
            out.writerows([[cell_text(one) for one in row] for row in X])
    return dtypes


def dump(rng, model, path):
    newest = pickle.HIGHEST_PROTOCOL
    how = rng.randint(10)
    if how < 5:
        protocol = choice(rng, [0, 1, 2, 3, 4, newest])
        with open(path, "wb") as file:
            pickle.dump(model, file, protocol)
        return "pickle protocol %d" % protocol
    compress = choice(rng, [0, 0, ("zlib", 3), ("gzip", 3), ("bz2", 3), ("lzma", 3), ("xz", 3), "lz4"])
    try:
        joblib.dump(model, path, compress=compress)
    except Exception:
        compress = 0
        joblib.dump(model, path)
    return "joblib compress=%r" % (compress,)


def draw_case(seed, only):
    """(spec, model, rows, kind of rows, the generator); None where the library refuses what was drawn."""
    rng = np.random.RandomState(seed)
    specs = [spec for spec in SPECS if only is None or spec.name == only]
    spec = choice(rng, specs)
    model = build(spec, rng)
    if model is None:
        return None
    flags, kind = set(spec.flags), spec.kind
    if "text" in flags:
        X = draw_texts(rng, rng.randint(8, 40))
        model.fit(X, None if kind != "clf" else rng.randint(0, 2, len(X)))
        return spec, model, draw_texts(rng, 20) + ["", "zzz unknown", "A CAT"], "text", rng
    if "frame" in flags:
        holes = "nan" in flags and rng.randint(2) == 0
        X = draw_frame(rng, rng.randint(20, 80), holes)
        y = (X["income"] > X["income"].median()).values.astype(int) if kind == "clf" else np.log(X["income"].values) if kind == "reg" else None
        if "category" in flags:
            X = X[["city", "grade"]]
        model.fit(X, y)
        rows = draw_frame(rng, 20, holes)
        return spec, model, rows[list(X.columns)], "dataframe", rng
    if "labels" in flags:
        y = draw_target(rng, rng.normal(size=(40, 2)), "clf", set())
        if y.dtype.kind == "b":  # Texts in the file, where only their meaning would tell.
            return None
        model.fit(y)
        return spec, model, y[:20], "labels", rng
    rows = choice(rng, [12, 25, 40, 80, 150])
    columns = 1 if kind == "iso" else choice(rng, [1, 2, 3, 4, 6]) if "wide" not in flags else choice(rng, [4, 6, 8])
    X = draw_matrix(rng, rows, columns, flags)
    y = draw_target(rng, X, kind, flags)
    Xt = edge_rows(rng, X, flags)
    if "nan" in flags and rng.randint(2) == 0:
        X = X.copy()
        X[rng.uniform(size=X.shape) < 0.15] = np.nan
        X[0] = np.nan_to_num(X[0])
    if "f32" in flags and rng.randint(4) == 0:
        X = X.astype(np.float32)
    if "nan" in flags and not np.isnan(X).any() and "needs_nan" in flags:
        Xt = Xt[~np.isnan(Xt).any(axis=1)]
    if "numeric_y" in flags and y is not None and y.dtype.kind not in "iufb":
        return None
    if kind == "iso":
        model.fit(X[:, 0], y)
        return spec, model, np.array([row for row in Xt]), "vector", rng
    model.fit(X) if y is None else model.fit(X, y)
    return spec, model, Xt, "matrix", rng


def main():
    out, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    only = sys.argv[4] if len(sys.argv) > 4 else None
    import sklearn

    def too_slow(*_):
        raise TimeoutError("it is still being fitted after %d seconds" % LONGEST)

    signal.signal(signal.SIGALRM, too_slow)
    made, refused = 0, {}
    for index in range(count):
        np.random.seed((seed + index) % 2 ** 32)
        signal.alarm(LONGEST)
        try:
            case = draw_case((seed + index) % 2 ** 32, only)
            if case is None:
                continue
            spec, model, X, kind, rng = case
            pairs, raising = answers(model, X[:, 0] if kind == "vector" else X)
            kind = "matrix" if kind == "vector" else kind
            if not pairs:
                raise ValueError("it answers nothing: %r" % raising)
        except (KeyboardInterrupt, MemoryError):
            raise
        except BaseException as error:
            refused.setdefault(type(error).__name__ + ": " + str(error)[:100], seed + index)
            continue
        finally:
            signal.alarm(0)
        folder = os.path.join(out, "%s_%d" % (spec.name.lower(), seed + index))
        os.makedirs(folder)
        serializer = dump(rng, model, os.path.join(folder, "model.pkl"))
        dtypes = write_input(folder, X, kind)
        write_answers(folder, pairs)
        meta = {
            "name": os.path.basename(folder), "class": type(model).__module__ + "." + type(model).__name__, "input_kind": kind,
            "serializer": serializer, "methods_raising": raising, "seed": seed + index,
            "params": {name: repr(value)[:200] for name, value in model.get_params(deep=False).items() if name != "n_jobs"},
            "versions": {"sklearn": sklearn.__version__, "numpy": np.__version__, "python": sys.version.split()[0]},
        }
        if dtypes:
            meta["dtypes"] = dtypes
        with open(os.path.join(folder, "meta.json"), "w", encoding="utf-8") as file:
            json.dump(meta, file, indent=1, sort_keys=True)
        made += 1
    print("scikit-learn %s: %d cases of seed %d" % (sklearn.__version__, made, seed))
    for reason, index in sorted(refused.items()):
        print("not drawn: %s (%d)" % (reason, index), file=sys.stderr)


main()
