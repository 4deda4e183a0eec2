"""Numbers of which most are 0: a SciPy matrix in a session, entries column by column in a file, a frame of sparse columns for a hook."""

import numpy
import pandas

from .blocks import write_blocks
from .failures import ContractError

_MAX_DENSE_CELLS = 200 * 1000 * 1000


class SparseTable(object):
    """A matrix in compressed columns, without zeros that are written out, and the names of its columns."""

    def __init__(self, matrix, names):
        self._matrix = matrix
        self.names = names
        self.rows = matrix.shape[0]

    def shape(self, look_for_missing=False):
        shape = {"rows": self.rows, "columns": self._described(), "sparse": True}
        return dict(shape, missing=bool(numpy.isnan(self._matrix.data).any())) if look_for_missing else shape

    def frame(self, names, rows, shared, sparse):
        """The columns and rows asked for, as sparse columns where the reader takes them."""
        matrix, chosen = self._matrix, self.names
        if names is not None and list(names) != self.names:
            places = {name: place for place, name in enumerate(self.names)}
            matrix, chosen = matrix[:, [places[name] for name in names]], list(names)
        if rows is not None:
            matrix = matrix[rows]
        # A hook may change what it is given.
        return frame_of(matrix.copy() if matrix is self._matrix else matrix, chosen, sparse)

    def store(self, path):
        described = self._described()
        matrix = self._matrix
        ends = matrix.indptr
        encoded = [
            dict(column, kind="sparse", buffers=[("rows", matrix.indices[start:end].astype("<i4")), ("values", matrix.data[start:end])])
            for column, start, end in zip(described, ends, ends[1:])
        ]
        write_blocks(path, self.rows, encoded)
        return {"columns": described}

    def _described(self):
        return [{"name": name, "type": "number"} for name in self.names]


def matrix_of(value):
    """A sparse matrix, or a frame of nothing but sparse numbers around 0, in compressed columns; None for anything else."""
    if isinstance(value, pandas.DataFrame):
        if not value.shape[1] or not all(_is_around_zero(dtype) for dtype in value.dtypes):
            return None
        value = value.sparse.to_coo()
    elif not hasattr(value, "tocsc"):
        return None
    import scipy.sparse

    matrix = scipy.sparse.csc_matrix(value, dtype="float64", copy=True)
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    return matrix


def _is_around_zero(dtype):
    return isinstance(dtype, pandas.SparseDtype) and dtype.subtype.kind in "biuf" and dtype.fill_value == 0


def matrix_of_columns(columns, rows):
    """The matrix of a file's columns, each its rows and values; None where this environment has no SciPy."""
    try:
        import scipy.sparse
    except ImportError:
        return None
    ends = numpy.zeros(len(columns) + 1, dtype="int64")
    numpy.cumsum([len(values) for _, values in columns], out=ends[1:])
    data = numpy.concatenate([values for _, values in columns])
    places = numpy.concatenate([places for places, _ in columns])
    return scipy.sparse.csc_matrix((data, places, ends), shape=(rows, len(columns)))


def frame_of(matrix, names, sparse):
    """A matrix as a frame of its own memory."""
    if sparse:
        return pandas.DataFrame.sparse.from_spmatrix(matrix, columns=names)
    return pandas.DataFrame(dense(matrix), columns=names)


def dense(matrix):
    """The array of a sparse matrix, unless nobody could have meant that."""
    if matrix.shape[0] * matrix.shape[1] > _MAX_DENSE_CELLS:
        raise ContractError(
            "task.sparse",
            "Sparse data of %d × %d is too large to be made dense." % matrix.shape,
            "Give fewer columns; a task that declares sparse: SUPPORTED in input_requirements receives them as sparse columns.",
        )
    return matrix.toarray()
