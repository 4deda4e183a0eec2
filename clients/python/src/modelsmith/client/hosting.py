"""Hosting of an estimator that was trained elsewhere, such as in this notebook."""

import io
import os
import pickle
import shutil
import tempfile
import zipfile

from .errors import ModelsmithError
from .frames import as_records
from .progress import follow


class Hosted(object):
    """What came of hosting an estimator: its release, its deployment, and how to ask it."""

    def __init__(self, experiment, release, deployment):
        self.experiment = experiment
        self.release = release
        self.deployment = deployment

    @property
    def address(self):
        """Where applications send rows."""
        return self.deployment.address

    @property
    def proof(self):
        """What was compared with the estimator's own predictions, as a dict."""
        return self.experiment["proof"]

    @property
    def snippet(self):
        """Lines that ask the deployment from another program."""
        return (
            "from modelsmith.client import connect\n\n"
            "server = connect(%r)  # reads MODELSMITH_TOKEN\n"
            "answer = server.deployments.get(%r).predict(rows)  # a DataFrame, or a list of dicts"
        ) % (self.deployment.http.server, self.deployment.id)

    def explain(self, rows, background=None):
        """Exact contributions of the fields to the raw scores of ``rows`` (DataFrame, or list of dicts), as a dict: trees and linear models.

        ``background``: rows whose means stand for what is not known; linear models need them.
        """
        body = {"rows": as_records(rows)}
        if background is not None:
            body["background"] = as_records(background)
        return self.deployment.http.json("POST", "/releases/%s/explanations" % self.release["id"], body)

    def __repr__(self):
        return "<Hosted release %s at %s>" % (self.release["number"], self.address)


def host(model, estimator, rows, fields=None, pass_through=(), description="", progress=True, algorithm=None):
    """Save, upload, map, prove, submit, release and deploy ``estimator``; see ``RegisteredModel.host``."""
    http = model.http
    records = as_records(rows)
    name, data = saved(estimator)
    experiment = http.json("POST", "/registered-models/%s/experiments" % model.id, {}, idempotent=True)
    path = "/experiments/%s" % experiment["id"]
    if algorithm is not None:
        http.json("PATCH", path, {"algorithm": algorithm.id}, version=experiment["version"])
    experiment = http.upload(path + "/file", [(name, data)])
    columns = list(records[0])
    fields = {name: (fields or {}).get(name, name) for name in columns}
    application = mapped(experiment, columns, fields, pass_through, records)
    experiment = http.json("PATCH", path, {"application": application}, version=experiment["version"])
    used = {each["field"] for part in ("inputs", "passThrough") for each in application[part]}
    sent = [{fields[name]: value for name, value in record.items() if fields[name] in used} for record in records]
    expected = expectations(estimator, without(rows, pass_through))
    if expected is not None:
        proven = [dict(row, **answer) for row, answer in zip(sent, expected)]
        experiment = http.json("POST", path + "/proof", {"rows": proven})
        if experiment["proof"]["state"] != "proven":
            differences = experiment["proof"]["differences"]
            raise ModelsmithError(
                "The server does not predict what the estimator predicts: " + " ".join(differences[:3]),
                code="client.notProven",
                hint="Look whether the rows have the columns of the training, in their order.",
            )
    experiment = http.json("POST", path + "/submission", version=experiment["version"])
    body = {"experimentId": experiment["id"], "description": description, "rows": sent[:100]}
    started = http.json("POST", "/registered-models/%s/releases" % model.id, body)
    follow(http, started["job"], progress)
    release = http.json("GET", "/releases/" + started["release"]["id"])
    return experiment, release


def saved(estimator):
    """(file name, bytes) of an estimator: a pickle, or a zip of what Spark's ``save()`` writes."""
    if not hasattr(estimator, "write"):
        return "model.pkl", pickle.dumps(estimator, protocol=4)
    folder = tempfile.mkdtemp()
    try:
        place = os.path.join(folder, "model")
        estimator.write().overwrite().save("file://" + place)
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for base, _, names in os.walk(place):
                for each in sorted(names):
                    file = os.path.join(base, each)
                    archive.write(file, os.path.relpath(file, place))
        return "model.zip", target.getvalue()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def mapped(experiment, columns, fields, pass_through, records=()):
    """The application: inputs by the names of the columns where the file has names, else in their order."""
    inputs = experiment["application"]["inputs"]
    known = experiment["model"]["inputs"]
    training = [name for name in columns if name not in pass_through]
    if experiment["model"]["isVariable"]:
        declared = {each["input"]: each for each in inputs}
        # Without any, a number is read as one wherever a text does.
        further = {name: _type_of(records, name) if declared else "text" for name in training}
        inputs = [
            declared.get(name, {"input": name, "field": name, "type": further[name], "default": None, "unit": None})
            for name in list(declared) + [name for name in training if name not in declared]
        ]
        training += [name for name in declared if name not in training]
        sources = dict(zip(training, training))
    elif all(each["name"] in training for each in known):
        sources = {each["name"]: each["name"] for each in known}
    elif len(training) == experiment["model"]["width"]:
        sources = {each["name"]: training[each["place"]] for each in known}
    else:
        raise ModelsmithError(
            "The rows have %d columns; the estimator was fitted on %d." % (len(training), experiment["model"]["width"]),
            code="client.columns",
            hint="Give the rows of the training, with pass_through=[...] for columns that are only handed on.",
        )
    named = [dict(each, field=fields[sources[each["input"]]]) for each in inputs]
    types = {each["field"]: each["type"] for each in named}
    handed_on = [fields[name] for name in pass_through]
    return {"inputs": named, "passThrough": [{"field": name, "type": types.get(name, "text")} for name in handed_on]}


def _type_of(records, name):
    """The type of a field whose values are these."""
    values = [record[name] for record in records if record[name] is not None]
    return "number" if all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values) else "text"


def without(rows, names):
    """The rows as the estimator takes them."""
    if hasattr(rows, "drop"):
        return rows.drop(columns=list(names))
    return [[value for name, value in row.items() if name not in names] for row in rows]


def expectations(estimator, rows):
    """What the estimator itself says of the rows, as the server's answers are called; None where it cannot be asked so."""
    if not hasattr(estimator, "predict"):
        return None
    predictions = [_plain(value) for value in estimator.predict(rows)]
    if any(isinstance(value, list) for value in predictions):
        return None
    answers = [{"prediction": value} for value in predictions]
    if hasattr(estimator, "predict_proba") and hasattr(estimator, "classes_"):
        labels = [str(_plain(label)) for label in estimator.classes_]
        for answer, probabilities in zip(answers, estimator.predict_proba(rows)):
            for label, probability in zip(labels, probabilities):
                answer["probability_" + label] = float(probability)
    return answers


def _plain(value):
    return value.tolist() if hasattr(value, "tolist") else value
