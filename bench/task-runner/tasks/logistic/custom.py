import os

import joblib
from sklearn.linear_model import LogisticRegression


def fit(X, y, output_dir):
    joblib.dump(LogisticRegression(max_iter=500).fit(X, y), os.path.join(output_dir, "model.joblib"))
