"""A notebook that hosts an estimator whose class the server does not know, by the code of a task.

Against the server of MODELSMITH_SERVER and MODELSMITH_TOKEN, of an administrator. Prints answers and what was expected as JSON.
"""

import json
import os
import tempfile

import numpy
import pandas
from modelsmith.client import ModelsmithError, connect
from sklearn.covariance import LedoitWolf

CODE = """\
import os
import pickle

import pandas


def load_model(code_dir):
    with open(os.path.join(code_dir, "model.pkl"), "rb") as file:
        return pickle.load(file)


def transform(data, transformer, parameters):
    return pandas.DataFrame({"distance": transformer.mahalanobis(data.to_numpy()) * parameters["scale"]})
"""
METADATA = "name: Distance of a notebook\ntargetType: transform\ntype: inference\nenvironment: python-core\n"

server = connect()
rows = pandas.DataFrame(numpy.random.RandomState(3).normal(size=(50, 3)), columns=["height", "weight", "age"])
model = LedoitWolf().fit(rows.to_numpy())
folder = tempfile.mkdtemp()
for name, text in (("custom.py", CODE), ("model-metadata.yaml", METADATA)):
    with open(os.path.join(folder, name), "w") as file:
        file.write(text)
algorithm = server.algorithms.create_with_code(
    "Distance of a notebook",
    server.tasks.upload(folder),
    [{"name": name, "type": "number", "role": "feature"} for name in ("height", "weight")],
    [{"name": "distance", "type": "number"}],
    fewer_than=3,
    prediction_parameters=[{"name": "scale", "type": "float", "default": 1.0}],
)
registered = server.registered_models.create("Distances of a notebook")
try:
    registered.host(model, rows, algorithm=algorithm, progress=False)
except ModelsmithError as error:
    refused = error.code
server.change_settings(runModelFiles=True)
hosted = registered.host(model, rows, algorithm=algorithm, progress=False)
answers = hosted.deployment.predict(rows.head(2), parameters={"scale": 2.0})
server.change_settings(runModelFiles=False)
expected = (model.mahalanobis(rows.to_numpy()[:2]) * 2).tolist()
print(json.dumps({"refused": refused, "answers": answers["distance"].tolist(), "expected": expected}))
