"""Custom insights: whatever `fit` writes beside the model is kept, can be downloaded, and is shown."""

import os

import joblib
import pandas
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import StandardScaler

from report import draw_scatter, write_page


def fit(X, y, output_dir, **kwargs):
    model = make_pipeline(SimpleImputer(strategy="median"), StandardScaler(), Ridge(alpha=1.0)).fit(X, y)
    joblib.dump(model, os.path.join(output_dir, "model.joblib"))

    coefficients = pandas.DataFrame({"column": X.columns, "change of a standard deviation": model[-1].coef_.round(1)})
    fitted = model.predict(X)
    coefficients.to_csv(os.path.join(output_dir, "coefficients.csv"), index=False)
    with open(os.path.join(output_dir, "fitted.svg"), "w", encoding="utf-8") as file:
        file.write(draw_scatter(fitted, y, "fitted", "actual"))
    with open(os.path.join(output_dir, "report.html"), "w", encoding="utf-8") as file:
        file.write(write_page("Ridge regression on %d rows" % len(X), coefficients, fitted - y))
