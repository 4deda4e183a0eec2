"""The cases in plain Python: rows and scripts in, predictions out. Knows nothing of the platform."""

import json
import sys
import warnings

import category_encoders
import lightgbm
import numpy
import pandas
import statsmodels.api
from sklearn.experimental import enable_iterative_imputer
from sklearn.calibration import *
from sklearn.cluster import *
from sklearn.covariance import *
from sklearn.cross_decomposition import *
from sklearn.decomposition import *
from sklearn.discriminant_analysis import *
from sklearn.dummy import *
from sklearn.ensemble import *
from sklearn.feature_extraction import *
from sklearn.feature_extraction.text import *
from sklearn.feature_selection import *
from sklearn.gaussian_process import *
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel
from sklearn.impute import *
from sklearn.isotonic import *
from sklearn.kernel_approximation import *
from sklearn.kernel_ridge import *
from sklearn.linear_model import *
from sklearn.mixture import *
from sklearn.naive_bayes import *
from sklearn.neighbors import *
from sklearn.neural_network import *
from sklearn.pipeline import *
from sklearn.preprocessing import *
from sklearn.random_projection import *
from sklearn.svm import *
from sklearn.tree import *

try:
    import catboost
    import xgboost
except ImportError:
    # An environment that has neither.
    catboost = xgboost = None

warnings.simplefilter("ignore")


def frame_of(table):
    columns = {}
    for name, kind in table["types"].items():
        values = table["values"][name]
        if kind == "number":
            columns[name] = numpy.array([numpy.nan if value is None else value for value in values], dtype="float64")
        elif kind == "date":
            columns[name] = pandas.to_datetime(pandas.Series(values, dtype=object))
        else:
            columns[name] = pandas.Series(values, dtype=object)
    return pandas.DataFrame(columns)


def run(case, rows):
    frame = frame_of(rows[case["rows"]])
    part = numpy.array(case["partition"])
    numpy.random.seed(case["seed"])
    seeds = [int(numpy.random.randint(2**31 - 1)) for _ in range(4)]
    train = frame.loc[part > 0, case["columns"]].reset_index(drop=True)
    test = frame.loc[part == 0, case["columns"]].reset_index(drop=True)
    y = None if case["target"] is None else frame.loc[part > 0, case["target"]].reset_index(drop=True)
    numbers = part[part > 0]
    known = dict(globals(), train=train, test=test, y=y, seeds=seeds, parts=[numbers == number for number in sorted(set(numbers))])
    numpy.random.seed(case["seed"])
    exec(case["python"], known)
    if "predictions" in known:
        predictions = known["predictions"]
    elif case["targetType"] == "anomaly":
        predictions = -known["model"].fit(train).score_samples(test)
    elif case["targetType"] == "regression":
        predictions = known["model"].fit(train, y).predict(test)
    else:
        predictions = known["model"].fit(train, y).predict_proba(test)
    predictions = numpy.asarray(predictions, dtype="float64")
    return predictions.reshape(len(test), -1).T.tolist()


def main():
    with open(sys.argv[1]) as file:
        asked = json.load(file)
    answers = []
    for case in asked["cases"]:
        try:
            answers.append({"predictions": run(case, asked["rows"])})
        except Exception as error:
            answers.append({"error": "%s: %s" % (type(error).__name__, error)})
    with open(sys.argv[2], "w") as file:
        json.dump(answers, file)


main()
