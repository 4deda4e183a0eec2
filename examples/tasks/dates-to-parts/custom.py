"""A transform from dates to numbers that a model can use: the year, the place in the year, the day of the week."""

import numpy
import pandas


class CustomTask:
    def fit(self, X, **kwargs):
        self.first = {name: X[name].min() for name in X.columns}

    def transform(self, X):
        parts = {}
        for name, first in self.first.items():
            moments = X[name].dt
            turn = 2 * numpy.pi * (moments.dayofyear - 1) / 365.25
            parts[name + " year"] = moments.year
            # The last of December lies beside the first of January: on a circle it does.
            parts[name + " season, sine"] = numpy.sin(turn)
            parts[name + " season, cosine"] = numpy.cos(turn)
            for day, word in enumerate(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")):
                parts["%s %s" % (name, word)] = (moments.dayofweek == day).astype("float64")
            parts[name + " days since the first"] = (X[name] - first).dt.days
        # A missing date has no parts: minus one is none of them.
        return pandas.DataFrame(parts).astype("float64").fillna(-1.0)
