"""Spends half a second of processor time itself and half in a child: is all of it counted?"""

import json
import os
import time

HALF_S = 0.5


def _burn():
    until = time.process_time() + HALF_S
    while time.process_time() < until:
        pass


def fit(X, y, output_dir, **kwargs):
    child = os.fork()
    if child == 0:
        _burn()
        os._exit(0)
    _burn()
    os.waitpid(child, 0)
    with open(os.path.join(output_dir, "seen.json"), "w") as file:
        json.dump({"columns": len(X.columns)}, file)


def load_model(code_dir):
    with open(os.path.join(code_dir, "seen.json")) as file:
        return json.load(file)


def transform(X, transformer, **kwargs):
    return X
