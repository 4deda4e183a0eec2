"""A network of PyTorch: `fit` writes one `.pth`, which is loaded by itself and scored without dropout."""

import os

import pandas
import torch
from network import Network


def fit(X, y, output_dir, class_order, parameters, **kwargs):
    # The same rows give the same network.
    torch.manual_seed(0)
    model = Network(X, class_order, parameters["units"])
    rows, target = model.encode(X), torch.tensor((y == class_order[1]).to_numpy(dtype="float64"))
    loss = torch.nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=parameters["learning_rate"])
    for epoch in range(parameters["epochs"]):
        optimizer.zero_grad()
        error = loss(model(rows), target)
        error.backward()
        optimizer.step()
        if epoch % 50 == 0:
            print("epoch %d: log loss %.4f" % (epoch, error.item()))
    torch.save(model, os.path.join(output_dir, "model.pth"))


def predict_proba(data, model, **kwargs):
    with torch.no_grad():
        positive = torch.sigmoid(model(model.encode(data))).numpy()
    return pandas.DataFrame(dict(zip(model.classes, (1 - positive, positive))))
