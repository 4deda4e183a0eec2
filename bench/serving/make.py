"""python make.py FOLDER: two models of 30 features as each side takes them, and 1,000 rows with what scikit-learn answers for them."""
import json
import pathlib
import pickle
import sys

import joblib
import numpy
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

folder = pathlib.Path(sys.argv[1])
features, rows = 30, 1000
X, y = make_classification(21_000, features, n_informative=18, n_redundant=6, flip_y=0.05, class_sep=0.8, random_state=7)
# Values that float32 holds exactly: engines of float32 and of float64 decide alike.
X = X.astype(numpy.float32).astype(numpy.float64)
models = {
    "linear": LogisticRegression(max_iter=500),
    "forest": RandomForestClassifier(100, max_depth=12, random_state=0),
}
(folder / "rows.json").write_text(json.dumps(X[:rows].tolist()))
for name, model in models.items():
    model.fit(X[rows:], y[rows:])
    (folder / f"{name}.pkl").write_bytes(pickle.dumps(model, protocol=4))
    joblib.dump(model, folder / f"{name}.joblib")
    as_onnx = to_onnx(model, initial_types=[("X", FloatTensorType([None, features]))], options={id(model): {"zipmap": False}})
    (folder / f"{name}.onnx").write_bytes(as_onnx.SerializeToString())
    (folder / f"{name}.expected.json").write_text(json.dumps(model.predict_proba(X[:rows])[:, 1].tolist()))
linear = models["linear"]
(folder / "linear.json").write_text(json.dumps({"weights": linear.coef_[0].tolist(), "bias": linear.intercept_[0]}))
