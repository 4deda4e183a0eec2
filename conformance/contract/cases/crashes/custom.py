import ctypes


def fit(X, y, output_dir):
    ctypes.string_at(0)


def predict(data, model):
    return [1.0] * len(data)
