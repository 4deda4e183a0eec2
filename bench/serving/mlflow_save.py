"""python mlflow_save.py MODEL FOLDER: a model as MLflow serves it."""
import pathlib
import pickle
import sys

import mlflow.sklearn

path, folder = sys.argv[1:]
model = pickle.loads(pathlib.Path(path).read_bytes())
mlflow.sklearn.save_model(
    model, folder, pyfunc_predict_fn="predict_proba", serialization_format="cloudpickle", pip_requirements=["scikit-learn"]
)
