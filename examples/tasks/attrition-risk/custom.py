"""An estimator in the class form: the fitted object is `self`, and the platform saves it."""

import os

import lightgbm
import pandas

from importance import draw_bars


class CustomTask:
    def fit(self, X, y, output_dir, class_order, row_weights, parameters, **kwargs):
        self.negative, self.positive = class_order
        self.levels = {name: sorted(X[name].dropna().unique()) for name in X.columns if X[name].dtype == object}
        self.model = lightgbm.LGBMClassifier(
            n_estimators=parameters["rounds"],
            learning_rate=parameters["learning_rate"],
            num_leaves=parameters["leaves"],
            random_state=0,
            n_jobs=1,
            verbose=-1,
        )
        self.model.fit(self._categories(X), y == self.positive, sample_weight=row_weights)
        print("%d rows, %.1f %% of them %s." % (len(X), 100 * (y == self.positive).mean(), self.positive))
        self._write_insights(X.columns, output_dir)

    def predict_proba(self, data, **kwargs):
        positive = self.model.predict_proba(self._categories(data))[:, 1]
        return pandas.DataFrame({self.negative: 1 - positive, self.positive: positive})

    def _categories(self, X):
        """LightGBM takes categories as they are; a level that training did not see counts as missing."""
        return X.assign(**{name: pandas.Categorical(X[name], categories=levels) for name, levels in self.levels.items()})

    def _write_insights(self, names, output_dir):
        gains = pandas.Series(self.model.booster_.feature_importance("gain"), index=names).sort_values(ascending=False)
        gains.round(1).rename("gain").to_csv(os.path.join(output_dir, "importance.csv"), index_label="column")
        with open(os.path.join(output_dir, "importance.svg"), "w") as file:
            file.write(draw_bars(gains.head(12) / gains.sum()))
