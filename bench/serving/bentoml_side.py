"""A model behind BentoML: MODEL=file bentoml serve bentoml_side:Model."""
import os
import pathlib
import pickle

import bentoml
import numpy


@bentoml.service(workers=1)
class Model:
    def __init__(self):
        self.model = pickle.loads(pathlib.Path(os.environ["MODEL"]).read_bytes())

    @bentoml.api
    def predict(self, rows: numpy.ndarray) -> dict:
        probabilities = self.model.predict_proba(rows)
        return {"predictions": probabilities.argmax(1).tolist(), "probabilities": probabilities.tolist()}
