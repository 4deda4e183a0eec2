"""Hyperparameters of every kind: what is declared in model-metadata.yaml arrives in `parameters`, all of it, with its type."""

import json

from sklearn.ensemble import RandomForestRegressor


class CustomTask:
    def fit(self, X, y, parameters, **kwargs):
        # What the forms show is what the code gets: nothing here has to check or convert a value.
        self.label = parameters["label"]
        self.model = RandomForestRegressor(
            n_estimators=parameters["trees"],
            max_samples=parameters["sample"],
            criterion=parameters["criterion"],
            # A whole number of columns, a share of them, or a rule by its name.
            max_features=parameters["columns"],
            bootstrap=parameters["bootstrap"],
            random_state=0,
        )
        self.model.fit(X, y)
        print("%s: %s" % (self.label, json.dumps(parameters, sort_keys=True)))

    def predict(self, data):
        return self.model.predict(data)
