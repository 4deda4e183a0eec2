"""Python's side of the bench: answers each line {model, engine, kind, ms} with what a row costs in microseconds of CPU time.

python_side.py FOLDER: the folder that models.py filled. `one` asks for 1,000 different rows in turn, each from a ready array;
`batch` for all rows at once. Every engine runs on one thread.
"""
import os
import sys

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
import json
import pathlib
import time
import warnings

import joblib
import numpy

warnings.filterwarnings("ignore")
folder = pathlib.Path(sys.argv[1])
features = 30
wide = numpy.fromfile(folder / "rows.f64", "<f8").reshape(-1, features)
narrow = wide.astype(numpy.float32)


def scikit(name):
    model = joblib.load(folder / f"{name}.joblib")
    return getattr(model, "predict_proba", None) or getattr(model, "decision_function", None) or model.predict, wide


def onnx(name):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(folder / f"{name}.onnx"), options, providers=["CPUExecutionProvider"])
    tensor, outputs = session.get_inputs()[0].name, [session.get_outputs()[-1].name]
    return lambda rows: session.run(outputs, {tensor: rows})[0], narrow


def lightgbm(name):
    import lightgbm

    booster = lightgbm.Booster(model_file=str(folder / f"{name}.txt"))
    return lambda rows: booster.predict(rows, num_threads=1), wide


def xgboost(name):
    import xgboost

    booster = xgboost.Booster({"nthread": 1})
    booster.load_model(str(folder / f"{name}.ubj"))
    booster.set_param({"nthread": 1})
    return booster.inplace_predict, narrow


def lleaves(name):
    import lleaves

    model = lleaves.Model(model_file=str(folder / f"{name}.txt"))
    model.compile(cache=str(folder / f"{name}.lleaves.o"))
    return lambda rows: model.predict(rows, n_jobs=1), wide


engines = {"scikit-learn": scikit, "onnxruntime": onnx, "lightgbm": lightgbm, "xgboost": xgboost, "lleaves": lleaves}
opened = {}


def difference(name, answers):
    """From what the library answered when the model was fitted, at most. An SVC's tensor has [score, -score] for both classes."""
    answers = numpy.asarray(answers)
    expected = numpy.fromfile(folder / f"{name}.expected.f64", "<f8")
    if answers.ndim == 2 and answers.shape[1] == 2:
        answers = answers[:, 0 if name == "support-vectors" else 1]
    return float(numpy.max(numpy.abs(answers.ravel()[: len(expected)] - expected)))


def side(name, engine):
    if (name, engine) not in opened:
        ask, rows = engines[engine](name)
        singles = [numpy.ascontiguousarray(rows[i : i + 1]) for i in range(1000)]
        opened[name, engine] = ask, rows, singles, difference(name, ask(rows[:1000]))
    return opened[name, engine]


def measured(request):
    ask, rows, singles, apart = side(request["model"], request["engine"])
    limit, count, begin = request["ms"] / 1000, 0, time.process_time()
    if request["kind"] == "one":
        while time.process_time() - begin < limit:
            for row in singles[count % 1000 : count % 1000 + 50]:
                ask(row)
            count += 50
    else:
        batch = rows[: request["rows"]]
        while time.process_time() - begin < limit:
            ask(batch)
            count += len(batch)
    return {"us": (time.process_time() - begin) / count * 1e6, "difference": apart}


print("{}", flush=True)
for line in sys.stdin:
    try:
        reply = measured(json.loads(line))
    except Exception as error:
        reply = {"error": f"{type(error).__name__}: {error}"[:200]}
    print(json.dumps(reply), flush=True)
