"""python ray_side.py MODEL PORT: a model behind Ray Serve, one replica."""
import pathlib
import pickle
import sys
import threading

import numpy
import ray
from ray import serve
from starlette.requests import Request

path, port = sys.argv[1:]
ray.init(address="local", num_cpus=4, include_dashboard=False, log_to_driver=False, object_store_memory=200 * 2**20)
serve.start(http_options={"host": "127.0.0.1", "port": int(port)})


@serve.deployment(num_replicas=1, max_ongoing_requests=200)
class Model:
    def __init__(self):
        self.model = pickle.loads(pathlib.Path(path).read_bytes())

    async def __call__(self, request: Request):
        probabilities = self.model.predict_proba(numpy.asarray((await request.json())["rows"]))
        return {"predictions": probabilities.argmax(1).tolist(), "probabilities": probabilities.tolist()}


serve.run(Model.bind(), route_prefix="/predict")
threading.Event().wait()
