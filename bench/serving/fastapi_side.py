"""python fastapi_side.py sklearn|onnx MODEL PORT: a model behind FastAPI, in the event loop: a thread for each request costs more."""
import pathlib
import pickle
import sys

import numpy
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

engine, path, port = sys.argv[1:]
if engine == "sklearn":
    predict_proba = pickle.loads(pathlib.Path(path).read_bytes()).predict_proba
else:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def predict_proba(rows):
        return session.run(["probabilities"], {"X": rows.astype(numpy.float32)})[0]


class Asked(BaseModel):
    rows: list[list[float]]


app = FastAPI()


@app.post("/predict")
async def predict(asked: Asked):
    probabilities = predict_proba(numpy.asarray(asked.rows))
    return {"predictions": probabilities.argmax(1).tolist(), "probabilities": probabilities.tolist()}


uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning", access_log=False)
