import sys


def fit(X, y, output_dir):
    sys.exit(3)


def predict(data, model):
    return [1.0] * len(data)
