import numpy
import pandas


class CustomTask:
    def fit(self, X, y, output_dir, **kwargs):
        pass

    def predict(self, data):
        """What kind of columns there are, as a number, and the sum of what is there, by its place."""
        is_sparse = all(isinstance(kind, pandas.SparseDtype) for kind in data.dtypes)
        values = numpy.nan_to_num(numpy.asarray(data.sparse.to_dense() if is_sparse else data))
        return (1e6 if is_sparse else 0) + values @ numpy.arange(data.shape[1])
