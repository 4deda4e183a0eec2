import json
import os


def fit(X, y, output_dir):
    for name in ("one.json", "two.json"):
        with open(os.path.join(output_dir, name), "w") as file:
            json.dump(float(y.mean()), file)


def load_model(code_dir):
    with open(os.path.join(code_dir, "two.json")) as file:
        return json.load(file)


def score(data, model):
    return [model] * len(data)
