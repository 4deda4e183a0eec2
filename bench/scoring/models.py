"""Fits the models that the bench compares (seeded) and writes each in every format that a side reads.

models.py FOLDER: FOLDER/rows.f64 gets 20,000 rows of 30 float32-exact numbers, so that sides which take float32 and sides
which take float64 compare the same values; FOLDER/NAME.* gets the models and FOLDER/NAME.expected.f64 what the library answers.
"""
import os
import sys

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"
import json
import pathlib
import warnings

import joblib
import lightgbm
import numpy
import tl2cgen
import treelite
import xgboost
from onnxmltools import convert_lightgbm, convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType as ToolsTensor
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC

warnings.filterwarnings("ignore")
folder = pathlib.Path(sys.argv[1])
wanted = sys.argv[2:]
features, fitted, tested = 30, 20_000, 20_000
rows, labels = make_classification(
    n_samples=fitted + tested, n_features=features, n_informative=18, n_redundant=6, flip_y=0.05, class_sep=0.8, random_state=7
)
rows = rows.astype(numpy.float32).astype(numpy.float64)
X, y, Z = rows[:fitted], labels[:fitted], rows[fitted:]
Z.astype("<f8").tofile(folder / "rows.f64")


def expected(name, answers):
    answers = numpy.asarray(answers, "<f8")
    (answers[:, 1] if answers.ndim == 2 else answers).copy().tofile(folder / f"{name}.expected.f64")


def onnx(name, model):
    """One tensor of probabilities, or of predictions."""
    options = {id(model): {"zipmap": False}} if hasattr(model, "classes_") else None
    converted = to_onnx(model, initial_types=[("X", FloatTensorType([None, features]))], options=options)
    (folder / f"{name}.onnx").write_bytes(converted.SerializeToString())


def compiled(name, model):
    """tl2cgen's C at -O3."""
    library = folder / f"{name}.tl2cgen.so"
    tl2cgen.export_lib(
        model, toolchain="gcc", libpath=str(library), params={"parallel_comp": 16}, options=["-O3", "-march=native"], nthread=1
    )


def scikit(name, make):
    if wanted and name not in wanted:
        return
    model = make()
    joblib.dump(model, folder / f"{name}.joblib")
    ask = getattr(model, "predict_proba", None) or getattr(model, "decision_function", None) or model.predict
    expected(name, ask(Z[:1000]))
    onnx(name, model)
    print(name, flush=True)


def light(name, trees, depth, leaves):
    if wanted and name not in wanted:
        return
    model = lightgbm.LGBMClassifier(
        n_estimators=trees, max_depth=depth, num_leaves=leaves, min_child_samples=5, random_state=0, n_jobs=1, verbose=-1
    ).fit(X, y)
    model.booster_.save_model(str(folder / f"{name}.txt"))
    joblib.dump(model, folder / f"{name}.joblib")
    expected(name, model.predict_proba(Z[:1000]))
    converted = convert_lightgbm(model.booster_, initial_types=[("X", ToolsTensor([None, features]))], zipmap=False)
    (folder / f"{name}.onnx").write_bytes(converted.SerializeToString())
    compiled(name, treelite.frontend.load_lightgbm_model(str(folder / f"{name}.txt")))
    print(name, flush=True)


def extreme(name, trees, depth):
    if wanted and name not in wanted:
        return
    model = xgboost.XGBClassifier(n_estimators=trees, max_depth=depth, random_state=0, n_jobs=1, tree_method="hist").fit(X, y)
    model.get_booster().save_model(str(folder / f"{name}.ubj"))
    model.get_booster().save_model(str(folder / f"{name}.json"))
    expected(name, model.predict_proba(Z[:1000]))
    converted = convert_xgboost(model, initial_types=[("X", ToolsTensor([None, features]))])
    (folder / f"{name}.onnx").write_bytes(converted.SerializeToString())
    compiled(name, treelite.frontend.load_xgboost_model(str(folder / f"{name}.json"), format_choice="use_suffix"))
    print(name, flush=True)


scikit("linear", lambda: LinearRegression().fit(X, y))
scikit("logistic", lambda: LogisticRegression(max_iter=500).fit(X, y))
light("lightgbm-100-6", 100, 6, 63)
light("lightgbm-200-6", 200, 6, 63)
light("lightgbm-100-12", 100, 12, 255)
light("lightgbm-100-20", 100, 20, 255)
light("lightgbm-200-default", 200, -1, 31)
extreme("xgboost-200-6", 200, 6)
scikit("forest-100-12", lambda: RandomForestClassifier(100, max_depth=12, random_state=0).fit(X, y))
scikit("forest-100-deep", lambda: RandomForestClassifier(100, random_state=0).fit(X, y))
scikit("network-64-32", lambda: MLPClassifier((64, 32), max_iter=30, random_state=0).fit(X, y))
scikit("support-vectors", lambda: SVC(kernel="rbf", random_state=0).fit(X[:3000], y[:3000]))
scikit("neighbors", lambda: KNeighborsClassifier(5).fit(X[:5000], y[:5000]))
(folder / "models.json").write_text(json.dumps({"features": features, "rows": tested}))
