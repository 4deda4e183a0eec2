"""Which of the fitted objects below a folder take row weights: `{file: true}`."""

import json
import sys
import warnings

import joblib
from sklearn.utils.validation import has_fit_parameter

warnings.simplefilter("ignore")
runtime, *files = sys.argv[1:]
sys.path.insert(0, runtime)
print(json.dumps({file: has_fit_parameter(joblib.load(file), "sample_weight") for file in files}))
