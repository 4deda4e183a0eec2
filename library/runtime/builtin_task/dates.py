"""Dates as numbers. Missing dates give missing numbers."""

import numpy
import pandas
from sklearn.base import BaseEstimator, TransformerMixin

_DAY = numpy.timedelta64(86_400_000_000_000, "ns")


class _Dates(TransformerMixin, BaseEstimator):
    def fit(self, X, y=None):
        self.feature_names_in_ = numpy.array(list(X.columns), dtype=object)
        return self


class DateParts(_Dates):
    """Year, quarter, month, day of month, day of week (Monday 0), day of year and hour, those that vary in training rows."""

    _parts = (
        ("year", lambda dates: dates.dt.year),
        ("quarter", lambda dates: dates.dt.quarter),
        ("month", lambda dates: dates.dt.month),
        ("day", lambda dates: dates.dt.day),
        ("weekday", lambda dates: dates.dt.dayofweek),
        ("day of year", lambda dates: dates.dt.dayofyear),
        ("hour", lambda dates: dates.dt.hour),
    )

    def fit(self, X, y=None):
        self.kept_ = [(column, name) for column in X.columns for name, part in self._parts if part(X[column]).nunique() > 1]
        # A step must give something: dates that never change give their year.
        self.kept_ = self.kept_ or [(column, "year") for column in X.columns]
        return super().fit(X)

    def transform(self, X):
        parts = dict(self._parts)
        return pandas.DataFrame({"%s: %s" % (column, name): parts[name](X[column]).astype("float64") for column, name in self.kept_})


class DateCycles(_Dates):
    """Sine and cosine of where a date lies in its day, week and year: the last hour of a day is near the first."""

    def __init__(self, day=False, week=True, year=True):
        self.day = day
        self.week = week
        self.year = year

    def transform(self, X):
        made = {}
        for column in X.columns:
            dates = X[column].dt
            within = (X[column] - dates.normalize()) / _DAY
            places = {
                "day": within,
                "week": (dates.dayofweek + within) / 7,
                "year": (dates.dayofyear - 1 + within) / (365 + dates.is_leap_year),
            }
            for name, place in places.items():
                if getattr(self, name):
                    angle = 2 * numpy.pi * place.astype("float64")
                    made["%s: sine of %s" % (column, name)] = numpy.sin(angle)
                    made["%s: cosine of %s" % (column, name)] = numpy.cos(angle)
        return pandas.DataFrame(made)


class DateAges(_Dates):
    """Days since the first date of the column in training rows, and between each two columns."""

    def fit(self, X, y=None):
        self.first_ = {column: X[column].min() for column in X.columns}
        return super().fit(X)

    def transform(self, X):
        names = list(X.columns)
        made = {"%s: days" % name: (X[name] - self.first_[name]) / _DAY for name in names}
        for place, later in enumerate(names):
            for earlier in names[:place]:
                made["%s: days after %s" % (later, earlier)] = (X[later] - X[earlier]) / _DAY
        return pandas.DataFrame(made).astype("float64")
