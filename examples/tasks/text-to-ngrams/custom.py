"""A transform from text to a sparse matrix: how often words and pairs of words occur, weighted by how rare they are."""

import os

import joblib
import pandas
from sklearn.feature_extraction.text import TfidfVectorizer


def fit(X, y, output_dir, parameters, **kwargs):
    vectorizers = {}
    for name in X.columns:
        vectorizer = TfidfVectorizer(
            ngram_range=(1, parameters["longest"]),
            max_features=parameters["terms"],
            analyzer=parameters["analyzer"],
            sublinear_tf=True,
        )
        vectorizers[name] = vectorizer.fit(X[name].fillna(""))
    joblib.dump(vectorizers, os.path.join(output_dir, "vectorizers.joblib"))


def transform(X, transformer, **kwargs):
    parts = []
    for name, vectorizer in transformer.items():
        counts = vectorizer.transform(X[name].fillna(""))
        names = ["%s: %s" % (name, term) for term in vectorizer.get_feature_names_out()]
        parts.append(pandas.DataFrame.sparse.from_spmatrix(counts, columns=names))
    return pandas.concat(parts, axis=1)
