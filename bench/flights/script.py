"""What the product does to flights.parquet, as a person would write it in one script: read, profile, LightGBM on five folds and on all
training rows, the metrics and charts of each part, permutation impact and partial dependence of the model of fold 1. Knows nothing of
the platform, checks nothing, isolates nothing; it leaves the models, the out-of-fold predictions and one JSON file of figures.

    python script.py flights.parquet FOLDER SEED
"""

import json
import os
import resource
import sys
import time

import joblib
import lightgbm
import numpy
import pandas
from sklearn.compose import make_column_transformer
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    balanced_accuracy_score,
    brier_score_loss,
    confusion_matrix,
    f1_score,
    log_loss,
    matthews_corrcoef,
    roc_auc_score,
    roc_curve,
)
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder

TARGET = "late"
POSITIVE = "late"
# Known only once a flight has landed, or the target in other words; and texts.
LEFT_OUT = ["dep_time", "dep_delay", "arr_time", "arr_delay", "air_time", "time_hour", TARGET]
QUANTILES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]
FOLDS, IMPACT_ROWS, REPEATS, EFFECT_ROWS, POINTS, CURVES = 5, 2000, 5, 500, 20, 30


def profile(frame):
    """Of each column: missing and distinct values, the most frequent ones, statistics and a histogram."""
    found = {}
    for name, values in frame.items():
        present = values.dropna()
        counts = present.value_counts()
        about = {
            "missing": int(len(values) - len(present)),
            "distinct": len(counts),
            "top": [[str(value), int(count)] for value, count in counts.head(20).items()],
        }
        if present.dtype == object:
            about["meanLength"] = float(present.str.len().mean())
        else:
            numbers = present.astype("float64")
            histogram, edges = numpy.histogram(numbers, bins=20)
            about.update(
                min=numbers.min(),
                max=numbers.max(),
                mean=numbers.mean(),
                deviation=numbers.std(),
                quantiles=numpy.quantile(numbers, QUANTILES).tolist(),
                histogram=histogram.tolist(),
                edges=edges.tolist(),
            )
        found[name] = about
    return found


def pipeline(X, seed):
    categories = [name for name, dtype in X.dtypes.items() if dtype == object]
    columns = make_column_transformer(
        (OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1), categories), remainder="passthrough"
    )
    booster = lightgbm.LGBMClassifier(
        n_estimators=100,
        learning_rate=0.1,
        num_leaves=31,
        min_child_samples=20,
        random_state=seed,
        n_jobs=1,
        verbose=-1,
        deterministic=True,
        force_row_wise=True,
    )
    return make_pipeline(columns, booster)


def metrics(y, p):
    predicted = p > 0.5
    return {
        "LogLoss": log_loss(y, p),
        "AUC": roc_auc_score(y, p),
        "PR AUC": average_precision_score(y, p),
        "Accuracy": accuracy_score(y, predicted),
        "Balanced accuracy": balanced_accuracy_score(y, predicted),
        "F1": f1_score(y, predicted),
        "Brier score": brier_score_loss(y, p),
        "Matthews correlation": matthews_corrcoef(y, predicted),
    }


def charts(X, y, p):
    """Operating points, distribution of scores, calibration, confusion, lift, and actual beside predicted by each feature."""
    false, true, thresholds = roc_curve(y, p, drop_intermediate=False)
    kept = numpy.unique(numpy.linspace(0, len(thresholds) - 1, 400).round().astype(int))
    order = numpy.argsort(p, kind="stable")
    bins = numpy.clip(numpy.ceil(p * 10).astype(int) - 1, 0, 9)
    calibration = pandas.DataFrame({"bin": bins, "p": p, "y": y}).groupby("bin").agg(["mean", "size"])
    return {
        "ranking": numpy.column_stack([thresholds[kept], true[kept], false[kept]]).tolist(),
        "distribution": [numpy.histogram(p[y == label], bins=50, range=(0, 1))[0].tolist() for label in (0, 1)],
        "calibration": calibration.to_numpy().tolist(),
        "confusion": confusion_matrix(y, p > 0.5).tolist(),
        "lift": [[len(part), p[part].mean(), y[part].mean()] for part in numpy.array_split(order, 10)],
        "byFeature": {name: by_feature(values, y, p) for name, values in X.items()},
    }


def by_feature(values, y, p):
    distinct = values.nunique()
    if values.dtype == object:
        frequent = values.value_counts().index[: 12 if distinct <= 12 else 11]
        labels = values.where(values.isin(frequent) | values.isna(), "other")
    elif distinct <= 12:
        labels = values
    else:
        labels = pandas.qcut(values, 12, duplicates="drop").cat.codes.where(values.notna())
    frame = pandas.DataFrame({"label": labels.to_numpy(), "y": y, "p": p, "residual": y - p})
    found = frame.groupby("label", dropna=False).agg({"y": ["size", "mean"], "p": "mean", "residual": "std"})
    return found.reset_index().to_numpy().tolist()


def impact(model, X, y, random):
    """What log loss loses when one feature is shuffled."""
    baseline = log_loss(y, model.predict_proba(X)[:, 1])
    found = {}
    for name in X.columns:
        losses = []
        for _ in range(REPEATS):
            changed = X.assign(**{name: random.permutation(X[name].to_numpy())})
            losses.append(log_loss(y, model.predict_proba(changed)[:, 1]) - baseline)
        found[name] = [float(numpy.mean(losses)), float(numpy.std(losses, ddof=1))]
    return found


def effect(model, X, name):
    """Partial dependence, and the curves of the first rows."""
    values = X[name]
    if values.dtype == object:
        points = list(values.value_counts(dropna=False).index[:POINTS])
    else:
        distinct = numpy.sort(values.dropna().unique())
        low, high = numpy.nanquantile(values, [0.05, 0.95])
        points = list(distinct if len(distinct) <= POINTS else numpy.linspace(low, high, POINTS))
    if len(points) == 0:
        return None
    rows = pandas.concat([X.assign(**{name: point}) for point in points], ignore_index=True)
    rows[name] = rows[name].astype(values.dtype if values.dtype == object else "float64")
    predicted = model.predict_proba(rows)[:, 1].reshape(len(points), len(X))
    return {"points": [str(point) for point in points], "mean": predicted.mean(axis=1).tolist(), "curves": predicted[:, :CURVES].T.tolist()}


def main(path, folder, seed):
    spent = [0.0]
    frame = pandas.read_parquet(path)
    figures = {"profile": profile(frame)}
    spent.append(time.process_time())
    X = frame.drop(columns=LEFT_OUT)
    text = X.columns[X.dtypes == object]
    X[text] = X[text].fillna("(missing)")
    y = (frame[TARGET] == POSITIVE).to_numpy(int)
    training, holdout = train_test_split(numpy.arange(len(X)), test_size=0.2, stratify=y, random_state=seed)
    out_of_fold = numpy.full(len(X), numpy.nan)
    fold_of = numpy.zeros(len(X), int)
    scores = []
    first = None
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(training, y[training])
    for fold, (fitted, predicted) in enumerate(folds):
        fitted, predicted = training[fitted], training[predicted]
        model = pipeline(X, seed).fit(X.iloc[fitted], y[fitted])
        joblib.dump(model, os.path.join(folder, "fold-%d.joblib" % fold))
        out_of_fold[predicted] = model.predict_proba(X.iloc[predicted])[:, 1]
        fold_of[predicted] = fold + 1
        scores.append(metrics(y[predicted], out_of_fold[predicted]))
        first = first or model
    model = pipeline(X, seed).fit(X.iloc[training], y[training])
    joblib.dump(model, os.path.join(folder, "model.joblib"))
    held = model.predict_proba(X.iloc[holdout])[:, 1]
    rows = numpy.sort(training)
    pandas.DataFrame({"row": rows, "fold": fold_of[rows], "no": 1 - out_of_fold[rows], "yes": out_of_fold[rows]}).to_csv(
        os.path.join(folder, "out-of-fold.csv"), index=False
    )
    validation = rows[fold_of[rows] == 1]
    figures["scores"] = {"folds": scores, "holdout": metrics(y[holdout], held)}
    for part, chosen, predicted in (
        ("validation", validation, out_of_fold[validation]),
        ("crossValidation", rows, out_of_fold[rows]),
        ("holdout", holdout, held),
    ):
        figures[part] = charts(X.iloc[chosen], y[chosen], predicted)
    spent.append(time.process_time())
    random = numpy.random.RandomState(seed)
    sample = random.permutation(validation)[:IMPACT_ROWS]
    figures["impact"] = impact(first, X.iloc[sample].reset_index(drop=True), y[sample], random)
    few = X.iloc[sample[:EFFECT_ROWS]].reset_index(drop=True)
    figures["effects"] = {name: effect(first, few, name) for name in X.columns}
    with open(os.path.join(folder, "figures.json"), "w") as file:
        json.dump(figures, file, default=float)
    spent.append(time.process_time())
    used = resource.getrusage(resource.RUSAGE_SELF)
    auc = float(numpy.mean([each["AUC"] for each in scores]))
    phases = [(end - start) * 1000 for start, end in zip(spent, spent[1:])]
    print(json.dumps({"cpuMs": (used.ru_utime + used.ru_stime) * 1000, "phasesMs": phases, "peakMb": used.ru_maxrss / 1024, "auc": auc}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
