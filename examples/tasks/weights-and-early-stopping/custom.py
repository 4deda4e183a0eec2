"""Row weights, and a number of rounds that the data chooses: rounds are added until rows held back no longer profit."""

import lightgbm
import numpy
import pandas


class CustomTask:
    def fit(self, X, y, class_order, row_weights, parameters, **kwargs):
        self.negative, self.positive = class_order
        self.levels = {name: sorted(X[name].dropna().unique()) for name in X.columns if X[name].dtype == object}
        rows, is_positive = self._categories(X), (y == self.positive).values.astype("float64")
        # Nobody gave weights: each row counts once.
        weights = numpy.ones(len(X)) if row_weights is None else row_weights.values
        held = numpy.random.RandomState(0).rand(len(X)) < parameters["held_back"]
        learning, deciding = (lightgbm.Dataset(rows[part], is_positive[part], weight=weights[part]) for part in (~held, held))
        self.model = lightgbm.train(
            {"objective": "binary", "learning_rate": 0.05, "num_leaves": 7, "seed": 0, "num_threads": 1, "verbosity": -1},
            learning,
            num_boost_round=parameters["most_rounds"],
            valid_sets=[deciding],
            callbacks=[lightgbm.early_stopping(parameters["patience"], verbose=False)],
        )
        print("%d rounds; %d rows of weight %.1f, %d of them held back." % (self.model.best_iteration, len(X), weights.sum(), held.sum()))

    def predict_proba(self, data, **kwargs):
        positive = self.model.predict(self._categories(data))
        return pandas.DataFrame({self.positive: positive, self.negative: 1 - positive})

    def _categories(self, X):
        return X.assign(**{name: pandas.Categorical(X[name], categories=levels) for name, levels in self.levels.items()})
