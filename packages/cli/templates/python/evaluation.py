"""Measures predictions: `actual` and `predictions` have one row for each row that was predicted."""


def evaluate(actual, predictions, weights=None, tolerance=0.1, **parameters):
    if predictions.ndim == 2:
        # Of classes: a column of probabilities each.
        return (predictions.idxmax(axis=1) == actual).mean()
    return ((predictions - actual).abs() <= tolerance).mean()
