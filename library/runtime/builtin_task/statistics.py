"""Models of statsmodels, with the interface of the others."""

import numpy
import statsmodels.api
from sklearn.base import BaseEstimator, RegressorMixin
from statsmodels.genmod import families
from statsmodels.robust import norms

_FAMILIES = {
    "gaussian": lambda: families.Gaussian(),
    "poisson": lambda: families.Poisson(),
    "gamma": lambda: families.Gamma(families.links.Log()),
    "inverse gaussian": lambda: families.InverseGaussian(families.links.Log()),
    "negative binomial": lambda: families.NegativeBinomial(),
}
_NORMS = {"Huber": norms.HuberT, "Tukey biweight": norms.TukeyBiweight, "Andrew wave": norms.AndrewWave, "Hampel": norms.Hampel}


class _Linear(RegressorMixin, BaseEstimator):
    """Keeps coefficients only: what is saved can be read without the training rows."""

    def _keep(self, columns, result):
        self.feature_names_in_ = numpy.array(list(columns), dtype=object)
        self.intercept_ = float(result.params[0])
        self.coef_ = numpy.asarray(result.params[1:], dtype="float64")
        self.standard_errors_ = numpy.asarray(result.bse, dtype="float64")
        return self

    def _sums(self, X):
        return numpy.asarray(X, dtype="float64") @ self.coef_ + self.intercept_


class GeneralizedLinear(_Linear):
    def __init__(self, family="gaussian"):
        self.family = family

    def fit(self, X, y, sample_weight=None):
        weights = None if sample_weight is None else numpy.asarray(sample_weight, dtype="float64")
        model = statsmodels.api.GLM(numpy.asarray(y, dtype="float64"), _design(X), family=_FAMILIES[self.family](), var_weights=weights)
        return self._keep(X.columns, model.fit())

    def predict(self, X):
        return _FAMILIES[self.family]().link.inverse(self._sums(X))


class RobustLinear(_Linear):
    """An M-estimator: rows far from the line weigh less, or not at all."""

    def __init__(self, norm="Huber"):
        self.norm = norm

    def fit(self, X, y):
        model = statsmodels.api.RLM(numpy.asarray(y, dtype="float64"), _design(X), M=_NORMS[self.norm]())
        return self._keep(X.columns, model.fit())

    def predict(self, X):
        return self._sums(X)


def _design(X):
    return statsmodels.api.add_constant(numpy.asarray(X, dtype="float64"), has_constant="add")
