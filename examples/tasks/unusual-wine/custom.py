"""An anomaly detector: there is no target, and a higher prediction means a more unusual row."""

from sklearn.ensemble import IsolationForest
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline


class CustomTask:
    def fit(self, X, y, parameters, **kwargs):
        # `y` is None: the rows have no answer.
        forest = IsolationForest(n_estimators=parameters["trees"], random_state=0)
        self.model = make_pipeline(SimpleImputer(strategy="median"), forest).fit(X.values)

    def predict(self, data):
        # scikit-learn's score falls the more unusual a row is.
        return -self.model.score_samples(data.values)
