"""Estimators that read the predictions of others: `Predictions`, or a column for each class, model after model."""

import numpy
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

_SMALLEST = 1e-6


class AverageRegressor(RegressorMixin, BaseEstimator):
    def __init__(self, classes=0, kind="mean"):
        self.classes = classes
        self.kind = kind

    def fit(self, X, y):
        return self

    def predict(self, X):
        return _AVERAGES[self.kind](numpy.asarray(X, dtype="float64"), axis=1)


class AverageClassifier(ClassifierMixin, BaseEstimator):
    def __init__(self, classes, kind="mean"):
        self.classes = classes
        self.kind = kind

    def fit(self, X, y):
        self.classes_ = numpy.arange(self.classes)
        _by_class(X, self.classes)
        return self

    def predict_proba(self, X):
        return _shares(_AVERAGES[self.kind](_by_class(X, self.classes), axis=1))


class Calibration(ClassifierMixin, BaseEstimator):
    """A monotone map of each class's probability, scaled so that they sum to 1: isotonic (Zadrozny, Elkan) or a sigmoid of the log-odds (Platt)."""

    def __init__(self, classes, kind="isotonic"):
        self.classes = classes
        self.kind = kind

    def fit(self, X, y, sample_weight=None):
        self.classes_ = numpy.arange(self.classes)
        given = self._averaged(X)
        self.maps_ = [self._map(given[:, place], (numpy.asarray(y) == place).astype("float64"), sample_weight) for place in self.classes_]
        return self

    def predict_proba(self, X):
        given = self._averaged(X)
        return _shares(numpy.column_stack([_mapped(each, given[:, place]) for place, each in enumerate(self.maps_)]))

    def _averaged(self, X):
        return _by_class(X, self.classes).mean(axis=1)

    def _map(self, given, truth, weights):
        # A curve through one value is that value.
        if self.kind == "isotonic" or truth.min() == truth.max():
            return IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(given, truth, sample_weight=weights)
        return LogisticRegression(C=1e6, max_iter=1000).fit(_log_odds(given), truth, sample_weight=weights)


_AVERAGES = {"mean": numpy.mean, "median": numpy.median}


def _mapped(model, given):
    return model.predict(given) if isinstance(model, IsotonicRegression) else model.predict_proba(_log_odds(given))[:, 1]


def _by_class(X, classes):
    """Rows × models × classes."""
    values = numpy.asarray(X, dtype="float64")
    if values.shape[1] % classes != 0:
        raise ValueError("Predictions of other estimators were expected, a column for each of the %d classes; these are %d columns." % (classes, values.shape[1]))
    return values.reshape(len(values), -1, classes)


def _shares(values):
    sums = values.sum(axis=1, keepdims=True)
    return numpy.where(sums > 0, values / numpy.where(sums > 0, sums, 1), 1 / values.shape[1])


def _log_odds(probabilities):
    held = numpy.clip(probabilities, _SMALLEST, 1 - _SMALLEST)
    return numpy.log(held / (1 - held)).reshape(-1, 1)
