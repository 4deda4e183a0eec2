"""Columns as the wrapped class takes them."""

import numpy
import pandas

MISSING = "(missing)"


def ready(X, entry):
    """What the wrapped class is given of these columns, in the form that the entry names."""
    return _FORMS[entry["columns"]](X)


def _numbers(X):
    if len(X.columns) > 0 and all(isinstance(dtype, pandas.SparseDtype) for dtype in X.dtypes):
        return X.sparse.to_coo().tocsr()
    return X.astype("float64")


def _values(X):
    """Numbers by their place: for classes that refuse some names of columns."""
    data = _numbers(X)
    return data.to_numpy() if isinstance(data, pandas.DataFrame) else data


def _categories(X):
    return pandas.DataFrame({name: X[name].astype(object).where(X[name].notna(), MISSING).map(str) for name in X.columns}, columns=X.columns)


def _documents(X):
    return pandas.DataFrame({name: X[name].astype(object).where(X[name].notna(), "").map(str) for name in X.columns}, columns=X.columns)


def _pairs(X):
    """A row as `column=category`, each once."""
    columns = [[name + "=" + value for value in values] for name, values in _categories(X).items()]
    return [dict.fromkeys(row, 1) for row in zip(*columns)]


def _dates(X):
    return X.astype("datetime64[ns]")


def _rows(X):
    """Nothing but how many there are."""
    return numpy.zeros((len(X), 1))


_FORMS = {
    "numbers": _numbers,
    "values": _values,
    "categories": _categories,
    "documents": _documents,
    "pairs": _pairs,
    "dates": _dates,
    "rows": _rows,
}
