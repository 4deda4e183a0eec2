"""Proposes the next trial of a hyperparameter search by Optuna's tree-structured Parzen estimator.

A proposal is a function of space, direction, seed and the trials that have ended, in their order. The study is kept
between proposals, and made again by asking it once more for what it had proposed: whoever begins anew gets what would
have come without a break.
"""

import json
import os

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import TrialState

optuna.logging.set_verbosity(optuna.logging.ERROR)


def _distribution(dimension):
    kind = dimension["kind"]
    if kind == "values":
        # Categories are their places: Optuna takes True and 1 for one.
        return CategoricalDistribution(list(range(len(dimension["values"]))))
    make = IntDistribution if kind == "int" else FloatDistribution
    return make(dimension["low"], dimension["high"], log=dimension.get("log", False))


class _Search(object):
    def __init__(self, dimensions, direction, seed, first):
        self.identity = (dimensions, direction, seed, first)
        self._distributions = dict((each["name"], _distribution(each)) for each in dimensions)
        self._study = optuna.create_study(direction=direction, sampler=optuna.samplers.TPESampler(seed=seed))
        if first is not None:
            self._study.enqueue_trial(first)
        self._open = None
        self._told = 0
        self.replayed = True

    def propose(self, trials):
        """What to try after these; each is {"point", "value"}, without value where it failed."""
        for trial in trials[self._told :]:
            self._tell(trial)
        return self._asked().params

    def is_behind(self, trials):
        return self._told <= len(trials)

    def _asked(self):
        if self._open is None:
            self._open = self._study.ask(self._distributions)
        return self._open

    def _tell(self, trial):
        asked, value = self._asked(), trial.get("value")
        state = TrialState.FAIL if value is None else TrialState.COMPLETE
        if asked.params == trial["point"]:
            self._study.tell(asked, value, state=state)
        else:
            # Another version of the sampler had proposed it: it counts all the same.
            self.replayed = False
            self._study.tell(asked, state=TrialState.FAIL)
            self._study.add_trial(
                optuna.trial.create_trial(state=state, value=value, params=trial["point"], distributions=self._distributions)
            )
        self._open = None
        self._told += 1


_search = None


def fit(X, y, output_dir, parameters, **kwargs):
    global _search
    asked = (parameters["dimensions"], parameters["direction"], parameters["seed"], parameters["first"])
    trials = parameters["trials"]
    if _search is None or _search.identity != asked or not _search.is_behind(trials):
        _search = _Search(*asked)
    point = _search.propose(trials)
    with open(os.path.join(output_dir, "proposal.json"), "w") as file:
        json.dump({"point": point, "replayed": _search.replayed, "optuna": optuna.__version__}, file)
