"""What a transform gave, as a table whose columns have names."""

import numpy
import pandas
import scipy.sparse


def named(values, model, columns, entry):
    if isinstance(values, pandas.DataFrame):
        return values
    if scipy.sparse.issparse(values):
        matrix = scipy.sparse.csc_matrix(values, dtype="float64")
        return pandas.DataFrame.sparse.from_spmatrix(matrix, columns=_names(model, list(columns), matrix.shape[1], entry))
    values = numpy.asarray(values)
    if values.dtype.kind in "biu":
        values = values.astype("float64")
    return pandas.DataFrame(values, columns=_names(model, list(columns), values.shape[1], entry))


def _names(model, columns, width, entry):
    try:
        names = [str(name) for name in model.get_feature_names_out(columns)]
    except AttributeError:
        names = ["%s %d" % (entry["name"], place + 1) for place in range(width)]
    if entry.get("each") != "column":
        return names
    own = {"c%d" % place: name for place, name in enumerate(columns)}
    parts = [name.partition("__") for name in names]
    return ["%s: %s" % (own[place], name) if place in own else place for place, _, name in parts]
