import os


def fit(X, y, output_dir):
    with open(os.path.join(output_dir, "model.txt"), "w") as file:
        file.write("fitted")


def load_model(input_dir):
    return "fitted"


def predict(data, model):
    assert list(data.columns) == ["size", "weight"] and data.columns.name is None and list(data.index) == list(range(len(data)))
    assert [str(dtype) for dtype in data.dtypes] == ["float64", "float64"]
    data.columns.name = "seen"
    data["size"] = data["size"].fillna(-1.0)
    data.iloc[0, 1] += 1
    return (data["size"] + data["weight"]).tolist()
