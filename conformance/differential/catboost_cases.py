"""Draws models of CatBoost with features of categories, fits them, and lays out what they predict as fixtures.

catboost_cases.py FOLDER SEED COUNT; then `npm run conformance -- FOLDER`.
"""
import json
import pathlib
import pickle
import sys

import numpy
import pandas
from catboost import CatBoostClassifier, CatBoostRegressor

asked = 60


def draw_columns(rng, rows):
    columns = {}
    for index in range(int(rng.integers(0, 4))):
        values = rng.normal(size=rows) * 10
        if rng.random() < 0.3:
            values[rng.random(rows) < 0.1] = numpy.nan
        columns[f"f{index}"] = values
    for index in range(int(rng.integers(1, 5))):
        codes = rng.integers(0, int(rng.choice([2, 5, 30, 200])), rows)
        kind = rng.choice(["whole numbers", "short texts", "long texts"])
        text = {"short texts": lambda code: f"k{code}", "long texts": lambda code: "é漢字-" * int(1 + code % 12) + str(code)}
        columns[f"c{index}"] = codes if kind == "whole numbers" else numpy.array([text[kind](code) for code in codes], dtype=object)
    return pandas.DataFrame({name: columns[name] for name in rng.permutation(list(columns))})


def draw_parameters(rng, task):
    parameters = {
        "iterations": int(rng.integers(3, 25)),
        "depth": int(rng.integers(1, 6)),
        "max_ctr_complexity": int(rng.integers(1, 5)),
        "one_hot_max_size": int(rng.choice([2, 2, 10])),
    }
    if rng.random() < 0.3:
        parameters["grow_policy"] = str(rng.choice(["Depthwise", "Lossguide"]))
    if rng.random() < 0.4:
        ofBorders = ["Buckets:TargetBorderCount=2", "Borders:TargetBorderCount=3"] if task == "regression" else ["Buckets", "Borders:CtrBorderCount=9"]
        simple = ["Borders", "BinarizedTargetMeanValue", "Counter:Prior=0.3", *ofBorders]
        parameters["simple_ctr"] = [str(one) for one in rng.choice(simple, 2, replace=False)]
    if rng.random() < 0.3:
        parameters["combinations_ctr"] = [str(rng.choice(["Borders", "Buckets", "Counter"]))]
    if rng.random() < 0.3:
        parameters["counter_calc_method"] = "Full"
    if rng.random() < 0.3:
        parameters["nan_mode"] = str(rng.choice(["Min", "Max"]))
    return parameters


def draw_questions(rng, table, categories, seed):
    """Rows of the table, of which some have categories that are new."""
    rows = table.sample(asked, random_state=seed, replace=True).reset_index(drop=True)
    for name in categories:
        rows.loc[rng.random(asked) < 0.15, name] = 99999 if rows[name].dtype.kind in "iu" else "new"
    return rows


def write(folder, model, rows, parameters):
    answers = numpy.ravel(model.predict(rows))
    expected = {"predict:0" if len(getattr(model, "classes_", [])) > 2 else "predict": answers}
    if isinstance(model, CatBoostClassifier):
        probabilities = model.predict_proba(rows)
        expected |= {f"predict_proba:{label}": probabilities[:, index] for index, label in enumerate(model.classes_)}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.pkl").write_bytes(pickle.dumps(model))
    rows.to_csv(folder / "input.csv", index=False)
    pandas.DataFrame(expected).to_csv(folder / "expected.csv", index=False)
    meta = {
        "class": f"catboost.core.{type(model).__name__}",
        "input_kind": "dataframe",
        "params": parameters,
        "dtypes": {name: "float64" if rows[name].dtype.kind in "fiu" else "object" for name in rows},
    }
    (folder / "meta.json").write_text(json.dumps(meta, indent=1) + "\n")


def main(folder, seed, count):
    for index in range(count):
        rng = numpy.random.default_rng([seed, index])
        table = draw_columns(rng, int(rng.integers(100, 700)))
        categories = [name for name in table if name.startswith("c")]
        score = rng.normal(size=len(table)) * 0.3
        for name in table:
            score = score + (pandas.factorize(table[name])[0] % 3 * 0.7 if name in categories else numpy.nan_to_num(table[name]) / 10)
        task = str(rng.choice(["binary", "multiclass", "regression"]))
        parameters = draw_parameters(rng, task)
        cuts = {"binary": [0.5], "multiclass": [0.3, 0.6]}.get(task)
        target = score if cuts is None else numpy.digitize(score, numpy.quantile(score, cuts))
        model = (CatBoostRegressor if cuts is None else CatBoostClassifier)(
            cat_features=categories, random_seed=index, thread_count=1, verbose=False, allow_writing_files=False, **parameters
        )
        model.fit(table, target)
        write(folder / f"catboost_{seed}_{index}", model, draw_questions(rng, table, categories, index), parameters)


main(pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
