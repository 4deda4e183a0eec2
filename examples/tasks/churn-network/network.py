"""The network, in a module of its own: a saved model names its class, and whoever loads it imports it from here."""

import torch


class Network(torch.nn.Module):
    """Numbers and categories of a row to the log odds of the positive class; it holds all that it needs of its training rows."""

    def __init__(self, X, classes, units):
        super().__init__()
        self.classes = classes
        self.numbers = X.select_dtypes("number").columns.tolist()
        self.levels = {name: sorted(X[name].dropna().unique()) for name in X.columns.difference(self.numbers)}
        # A buffer is saved with the weights, and is not learned.
        self.register_buffer("mean", torch.tensor(X[self.numbers].mean().to_numpy()))
        self.register_buffer("deviation", torch.tensor(X[self.numbers].std().to_numpy()).clamp(min=1e-9))
        width = len(self.numbers) + sum(len(levels) for levels in self.levels.values())
        self.layers = torch.nn.Sequential(
            torch.nn.Linear(width, units), torch.nn.ReLU(), torch.nn.Dropout(0.2), torch.nn.Linear(units, 1)
        ).double()

    def encode(self, X):
        """A number that is missing is an average one; a category that is missing or new is none of the known ones."""
        numbers = (torch.tensor(X[self.numbers].to_numpy(dtype="float64")) - self.mean) / self.deviation
        known = [torch.tensor((X[name] == level).to_numpy(dtype="float64")) for name, levels in self.levels.items() for level in levels]
        return torch.cat([torch.nan_to_num(numbers), *(column.reshape(-1, 1) for column in known)], dim=1)

    def forward(self, encoded):
        return self.layers(encoded)[:, 0]
