"""Puts each row into a part: the number of its fold, "holdout", "train" (it is only trained on) or None (it takes no part)."""

import numpy


def split(data, folds=5, **parameters):
    # `data` has the columns of the rows that have a target. The random state is that of the experiment.
    parts = numpy.arange(len(data)) % (folds + 1)
    numpy.random.shuffle(parts)
    return ["holdout" if part == folds else part + 1 for part in parts]
