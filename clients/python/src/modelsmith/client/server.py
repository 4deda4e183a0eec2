"""The server's nouns as Python objects."""

import io
import json
import os
import time

from ..blueprint import Flow, flow_of
from .errors import ModelsmithError
from .frames import as_csv, as_file, as_records, as_table
from .hosting import Hosted, host
from .http import Http
from .people import Audit, Groups, People, Tokens
from .progress import follow
from .things import Collection, Seen, Thing

_IGNORED = {".git", "__pycache__", ".ipynb_checkpoints", ".DS_Store", ".venv", "node_modules"}


def connect(server=None, token=None, timeout=60):
    """A Server; address and token default to MODELSMITH_SERVER and MODELSMITH_TOKEN."""
    server = server or os.environ.get("MODELSMITH_SERVER")
    token = token or os.environ.get("MODELSMITH_TOKEN")
    if not server or not token:
        raise ModelsmithError(
            "No server is known.",
            code="client.notLoggedIn",
            hint="Give connect() a server and a token, or set MODELSMITH_SERVER and MODELSMITH_TOKEN.",
        )
    return Server(Http(server, token, timeout))


class Server(object):
    """One Modelsmith server, seen by the owner of a token."""

    def __init__(self, http):
        self.http = http
        self.datasets = Datasets(http)
        self.tasks = Tasks(http)
        self.blueprints = Blueprints(http)
        self.projects = Projects(http)
        self.sample_sets = SampleSets(http)
        self.models = Models(http)
        self.algorithms = Algorithms(http)
        self.registered_models = RegisteredModels(http)
        self.deployments = Deployments(http)
        self.credentials = Credentials(http)
        self.people = People(http)
        self.groups = Groups(http)
        self.tokens = Tokens(http)
        self.audit = Audit(http)

    def me(self):
        """The person whom the token belongs to, as a dict."""
        return self.http.json("GET", "/me")

    def settings(self):
        """What administrators have decided for the organisation, as a dict: ``runModelFiles``, by whom and when; ``approvals``, what of deployments a second person has to approve."""
        return self.http.json("GET", "/organisation/settings")

    def change_settings(self, **settings):
        """Allow (``runModelFiles=True``) that the code of algorithms runs model files, or forbid it; say what a second person has to approve (``approvals={"low": [], "moderate": [], "high": ["replace"], "critical": ["replace", "delete"]}``); for administrators."""
        return self.http.json("PATCH", "/organisation/settings", settings)

    def storage(self):
        """What takes the space of the disk, how much is free, and the quota, as a dict; for administrators."""
        return self.http.json("GET", "/storage")

    def change_storage(self, quotaBytes):
        """Set how many bytes the organisation may store, or ``None`` for as many as the disk has room for; for administrators."""
        return self.http.json("PATCH", "/storage", {"quotaBytes": quotaBytes})

    def change_requests(self, state=None):
        """What was asked to be done with deployments, newest first; of one state (``open``, ``done``, ``failed``, ``rejected``, ``withdrawn``) or all."""
        return [ChangeRequest(self.http, each) for each in self.http.pages("/change-requests", _given(state=state))]


class Dataset(Thing):
    """A table with versions; ``latest`` is the newest one."""

    _path = "/datasets"

    def profile(self):
        """Statistics of every column of the latest version, as dicts."""
        return self.http.json("GET", "/dataset-versions/%s/profile" % self.latest["id"])["columns"]

    def change_types(self, **types):
        """Read the file again with other types: ``change_types(zip="text")``."""
        columns = [{"name": name, "type": kind} for name, kind in types.items()]
        path = "/dataset-versions/%s/schema" % self.latest["id"]
        started = self.http.json("PUT", path, {"columns": columns})
        follow(self.http, started["job"])
        return self.refresh()

    def mark_sensitive(self, *columns):
        """Show the values of these columns, and of no others, only to whoever may edit the dataset; none: of no column."""
        body = {"sensitive": list(columns)}
        self.fields = self.http.json("PATCH", "/datasets/%s" % self.id, body, version=self.version)
        return self

    def upload_version(self, data):
        """Upload new content as a version; waits until it is read."""
        started = self.http.upload("/datasets/%s/versions" % self.id, [as_file(data, self.name)])
        follow(self.http, started["job"])
        return self.refresh()


class Datasets(Collection):
    _item = Dataset

    def upload(self, data, name=None, progress=True):
        """Upload a CSV or Parquet file, a DataFrame or a list of dicts; waits until it is read and profiled."""
        file = as_file(data, name)
        fields = {} if name is None else {"name": name}
        started = self.http.upload("/datasets", [file], fields)
        follow(self.http, started["job"], progress)
        return self.get(started["dataset"]["id"])


class Task(Thing):
    """A custom task; ``latest`` is its newest version."""

    _path = "/tasks"

    def upload_version(self, folder, note=None):
        """Upload a folder as the next version; unchanged content makes none."""
        fields = {} if note is None else {"note": note}
        answer = self.http.upload("/tasks/%s/versions" % self.id, _folder_files(folder), fields)
        self.fields = answer["task"]
        return self


class Tasks(Collection):
    _item = Task

    def upload(self, folder, name=None):
        """Upload a task folder as a new task."""
        fields = {} if name is None else {"name": name}
        return Task(self.http, self.http.upload("/tasks", _folder_files(folder), fields)["task"])

    def available(self):
        """What a blueprint may use: the library and every custom task's latest version, as dicts."""
        return self.http.json("GET", "/task-versions")["items"]


def _folder_files(folder):
    files = []
    for place, folders, names in os.walk(os.fspath(folder)):
        folders[:] = sorted(name for name in folders if name not in _IGNORED)
        for name in sorted(names):
            if name not in _IGNORED:
                path = os.path.join(place, name)
                with open(path, "rb") as file:
                    files.append((os.path.relpath(path, folder).replace(os.sep, "/"), file.read()))
    return files


class Blueprint(Thing):
    """A graph of task versions; drawn where a notebook shows it."""

    _path = "/blueprints"

    @property
    def flow(self):
        """The graph as a Flow, to build on."""
        return flow_of(self.graph)

    def to_code(self):
        """Python that makes the same graph, as a flow named ``blueprint``."""
        return self.flow.to_code()

    def change(self, graph=None, **changes):
        """Save another Flow or graph as the next version, and other fields by their API names; returns it."""
        if graph is not None:
            changes["graph"] = _graph_of(graph)
        return super(Blueprint, self).change(**changes)

    def yaml(self, number=None):
        """The latest version, or that of a number, as YAML."""
        text = io.BytesIO()
        query = None if number is None else {"number": number}
        self.http.download("/blueprints/%s/yaml" % self.id, text, query)
        return text.getvalue().decode("utf-8")

    def change_to_yaml(self, text):
        """Take name, description and graph from YAML; an unchanged graph makes no version. Returns it."""
        path = "/blueprints/%s/versions/from-yaml" % self.id
        self.fields = self.http.json("POST", path, {"yaml": text}, version=self.version)
        return self

    def _repr_svg_(self):
        return self.flow._repr_svg_()


class Blueprints(Collection):
    _item = Blueprint

    def create(self, name, graph, description=""):
        """Save a Flow, or a graph: ``{"nodes": [{"id", "taskVersion", "inputs", "parameters"}]}``."""
        return self._create({"name": name, "description": description, "graph": _graph_of(graph)})

    def create_from_yaml(self, text):
        """Save a blueprint from YAML, such as ``blueprint.yaml()`` gave; what is wrong with it is raised line by line."""
        return Blueprint(self.http, self.http.json("POST", "/blueprints/from-yaml", {"yaml": text}, idempotent=True))


def _graph_of(graph):
    return graph.graph if isinstance(graph, Flow) else graph


class Project(Thing):
    """One dataset, target, partitioning and metric; the place where blueprints compete."""

    _path = "/projects"

    def train(self, blueprint, progress=True, feature_list=None, sample_size=None):
        """Train a blueprint and wait for its end; returns the TrainingRun.

        ``blueprint`` is a Blueprint, a ``(name, flow)``, or the id of an entry of the repository. It sees all features and
        training rows, or those of a ``feature_list`` (by name) and a share (``sample_size``, above 0 and at most 1).
        """
        body = dict(_source_of(blueprint), **_how(feature_list, sample_size))
        started = self.http.json("POST", "/projects/%s/training-runs" % self.id, body, idempotent=True)
        follow(self.http, started["job"], progress)
        return TrainingRun(self.http, started["run"]).refresh()

    def search(self, blueprint, trials=None, minutes=None, space=None, progress=True, feature_list=None, sample_size=None, **options):
        """Search hyperparameters of a blueprint within a budget and wait for its end; returns the Search.

        ``blueprint`` is as for ``train``. It ends after ``trials``, or ``minutes`` of trials. ``space`` lists what may be tried:
        ``{"node": "model", "parameter": "num_leaves", "low": 7, "high": 255, "log": True}``, or ``values`` in place of a range; without it, what
        ``search_space`` suggests. Further options: ``metric``, ``judgedBy`` (``crossValidation``, or ``validation`` for fold 1 alone), ``seed``.
        """
        body = dict(options, **_source_of(blueprint))
        body.update(_how(feature_list, sample_size))
        body.update(_given(trials=trials, minutes=minutes, space=space))
        started = self.http.json("POST", "/projects/%s/searches" % self.id, body, idempotent=True)
        follow(self.http, started["job"], progress)
        return Search(self.http, started["search"]).refresh()

    def search_space(self, blueprint, feature_list=None):
        """What a search can change of a blueprint, as a list of dicts: ``node``, ``parameter``, ``current`` value, ``preset`` and whether it is ``suggested``."""
        body = dict(_source_of(blueprint), **_how(feature_list, None))
        return self.http.json("POST", "/projects/%s/search-space" % self.id, body)["items"]

    def searches(self):
        """Its searches, newest first, without their trials: a list of dicts."""
        return self.http.json("GET", "/projects/%s/searches" % self.id)["items"]

    def repository(self):
        """Built-in blueprints that fit the target and the columns, as dicts (``id``, ``name``, ``graph``, …)."""
        return self.http.json("GET", "/projects/%s/repository" % self.id)["items"]

    def train_repository(self, ids=None, progress=True, feature_list=None, sample_size=None):
        """Train entries of the repository (all that fit unless given) and wait for their ends; a list of TrainingRuns."""
        chosen = [entry["id"] for entry in self.repository()] if ids is None else list(ids)
        body = dict(_how(feature_list, sample_size), ids=chosen)
        started = self.http.json("POST", "/projects/%s/repository/training-runs" % self.id, body, idempotent=True)
        for each in started["items"]:
            follow(self.http, each["job"], progress)
        return [TrainingRun(self.http, each["run"]).refresh() for each in started["items"]]

    def add_feature_list(self, name, features):
        """Name some of the project's features, so that a training may be told to use only these."""
        lists = self.refresh().featureLists + [{"name": name, "features": list(features)}]
        self.fields = self.http.json("PATCH", "/projects/" + self.id, {"featureLists": lists}, version=self.version)
        return self

    def leaderboard(self, metric=None):
        """Models, best first (the newest, where no metric tells): a DataFrame, or a list of dicts without pandas."""
        board = self.http.json("GET", "/projects/%s/leaderboard" % self.id, query={"metric": metric})
        name = board["metric"]
        return as_table([_leaderboard_row(entry, name) for entry in board["entries"]])

    def unlock_holdout(self):
        """Show holdout scores, for good."""
        path = "/projects/" + self.id
        self.fields = self.http.json("PATCH", path, {"holdoutUnlocked": True}, version=self.refresh().version)
        return self


def _how(feature_list, sample_size):
    return _given(featureList=feature_list, sampleSize=sample_size)


def _given(**fields):
    return {key: value for key, value in fields.items() if value is not None}


def _source_of(blueprint):
    if isinstance(blueprint, Blueprint):
        return {"blueprintId": blueprint.id}
    if isinstance(blueprint, str):
        return {"repositoryId": blueprint}
    return {"name": blueprint[0], "graph": _graph_of(blueprint[1])}


def _leaderboard_row(entry, metric):
    run, scores = entry["run"], entry["scores"] or {}
    return {
        "model": run["modelId"],
        "blueprint": run["blueprintName"],
        "state": run["state"],
        "starred": entry["starred"],
        "feature_list": run["featureList"],
        "sample_size": run["sampleSize"],
        "validation": (scores.get("validation") or {}).get(metric),
        "cross_validation": (scores.get("crossValidation") or {}).get(metric),
        "holdout": (scores.get("holdout") or {}).get(metric),
    }


class Projects(Collection):
    _item = Project

    def create(self, name, dataset, target=None, **options):
        """Freeze a dataset's latest version with a target; options as in the API.

        Anomalies are found without one (``targetType="anomaly"``); a target then says which rows are, to measure by: no task sees it.

        Among them ``weights`` (a column), ``partitioning`` (``{"method": "date", "column": "day", "folds": 3}``),
        ``downsampling`` (``{"kept": 0.2}``), ``features``, ``positiveClass`` and ``metric``.
        """
        latest = dataset.latest["id"]
        if target is not None:
            options["target"] = target
        return self._create(dict(options, name=name, datasetVersionId=latest))


class SampleSet(Thing):
    """Rows of datasets with a role for each field."""

    _path = "/sample-sets"

    def preview(self):
        """Its first rows, how often each label occurs, and the target type, as a dict."""
        return self.http.json("GET", "/sample-sets/%s/preview" % self.id)

    def project(self, name, **options):
        """Freeze its rows as a Project; options as in the API (``metric``, ``partitioning``, ``downsampling``, …)."""
        body = dict(options, name=name)
        return Project(self.http, self.http.json("POST", "/sample-sets/%s/projects" % self.id, body, idempotent=True))


class SampleSets(Collection):
    _item = SampleSet

    def create(self, name, datasets, roles, labels=None, description=""):
        """Give columns of datasets roles: ``{"age": "feature", "left": "label", "shop": "group"}``.

        ``labels`` says which values mean which label: ``{"gone": ["Y", "1"], "here": ["N", "0"]}``; other rows have none.
        """
        body = {
            "name": name,
            "description": description,
            "datasetVersionIds": [dataset.latest["id"] for dataset in datasets],
            "fields": [{"name": field, "role": role} for field, role in roles.items()],
            "labels": [{"label": label, "values": list(values)} for label, values in (labels or {}).items()],
        }
        return self._create(body)


class Search(Seen):
    """A search for hyperparameters in a project, with its ``trials`` and its ``best``."""

    _path = "/searches"

    def table(self):
        """Its trials: a DataFrame with a column for each parameter, or a list of dicts without pandas."""
        return as_table([_trial_row(trial) for trial in self.trials])

    def resume(self, trials=None, minutes=None, progress=True):
        """Go on from the trials that have ended, within its budget or a new one for the whole search; waits for its end."""
        body = _given(trials=trials, minutes=minutes)
        started = self.http.json("POST", "/searches/%s/resume" % self.id, body, idempotent=True)
        follow(self.http, started["job"], progress)
        return self.refresh()

    def train(self, trial=None, progress=True):
        """Make a trial, by its number, into a model and wait; the best unless given. Returns the TrainingRun."""
        number = self.best["number"] if trial is None else trial
        known = [each["runId"] for each in self.trials if each["number"] == number and each["runId"] is not None]
        if known:
            run = TrainingRun(self.http, self.http.json("GET", "/training-runs/%s" % known[0]))
            follow(self.http, self.http.json("GET", "/jobs/%s" % run.jobId), progress)
            return run.refresh()
        started = self.http.json("POST", "/searches/%s/models" % self.id, {"trial": number}, idempotent=True)
        follow(self.http, started["job"], progress)
        return TrainingRun(self.http, started["run"]).refresh()


def _trial_row(trial):
    row = {"trial": trial["number"], "state": trial["state"], "score": trial["score"], "spread": trial["spread"], "seconds": trial["seconds"]}
    for node, values in trial["parameters"].items():
        row.update(("%s.%s" % (node, name), value) for name, value in values.items())
    return row


class TrainingRun(Thing):
    """One training of a blueprint in a project."""

    _path = "/training-runs"

    def model(self):
        """Its model."""
        return Models(self.http).get(self.modelId)

    def star(self):
        """Mark it for oneself; ``project.leaderboard()`` tells."""
        self.http.json("PUT", "/training-runs/%s/star" % self.id)

    def unstar(self):
        """Take one's mark away."""
        self.http.json("DELETE", "/training-runs/%s/star" % self.id)


class Model(Thing):
    """The immutable result of a training run."""

    _path = "/models"

    def predict(self, data, progress=True, parameters=None):
        """Predict rows (path, DataFrame, list of dicts) before any deployment; a DataFrame, or CSV text without pandas. ``parameters`` are prediction parameters by name."""
        return _predict_file(self.http, "/models/%s" % self.id, data, progress, parameters)

    def retrain(self, progress=True):
        """Train its blueprint once more with the holdout among the rows of the last fit, and wait; returns the TrainingRun.

        Its model has the cross validation of this one, and no score on the holdout, which it has learned from.
        """
        started = self.http.json("POST", "/models/%s/retraining" % self.id, idempotent=True)
        follow(self.http, started["job"], progress)
        return TrainingRun(self.http, started["run"]).refresh()

    def download(self, path, folds=False):
        """Save all its artifacts as one zip, with code, blueprint, environment locks and how to load them; ``folds``: those of each fold, too. Returns the path."""
        return _save(self.http, "/models/%s/archive" % self.id, path, {"folds": "true"} if folds else None)

    def download_artifact(self, node, artifact, path, fold=None):
        """Save one file that the task of a node wrote, of ``model.artifacts``, or of a ``fold`` of ``model.foldArtifacts``. Returns the path."""
        query = dict(_given(fold=fold), node=node, path=artifact)
        return _save(self.http, "/models/%s/artifacts" % self.id, path, query)

    def insights(self, part="crossValidation"):
        """Chart data by name on rows that it had not seen: ``crossValidation``, ``validation`` or, once unlocked, ``holdout``. A dict."""
        return self.http.json("GET", "/models/%s/insights" % self.id, query={"part": part})

    def feature_insights(self, progress=True, **options):
        """Permutation impact and effects of the features, as a dict; computed first where they are not known yet, or where ``rows``, ``repeats`` or ``seed`` are given."""
        path = "/models/%s/feature-insights" % self.id
        known = self.http.json("GET", path)["computed"]
        if known is None or options:
            follow(self.http, self.http.json("POST", path, options, idempotent=True)["job"], progress)
            known = self.http.json("GET", path)["computed"]
        return known

    def explain(self, rows=None, values=None, progress=True, **options):
        """What made predictions: contributions of the features that sum, with the base value, to each prediction. A list of dicts.

        ``rows``: numbers of the project's rows, from 0. ``values``: rows of your own (DataFrame, or list of dicts); other columns than the model's are left out. Without them,
        the ``count`` rows of ``part`` that ``order`` puts first. ``changes``: what the rows have in place of their own values.
        Further options: ``background``, ``pairs``, ``seed``.
        """
        path = "/models/%s/explanations" % self.id
        if rows is not None:
            options["rows"] = [int(row) for row in rows]
        if values is not None:
            names = {column["name"] for column in self.inputs}
            records = as_records(values)
            options["values"] = [{name: row[name] for name in row if name in names} for row in records]
        job = follow(self.http, self.http.json("POST", path, options, idempotent=True)["job"], progress)
        return self.http.json("GET", path, query={"jobId": job["id"], "limit": 200})["items"]


def _save(http, address, path, query):
    part = "%s.part" % os.fspath(path)
    try:
        with open(part, "wb") as file:
            http.download(address, file, query)
        os.replace(part, path)
    finally:
        if os.path.exists(part):
            os.remove(part)
    return path


def _predict_file(http, path, data, progress, parameters):
    fields = {} if parameters is None else {"parameters": json.dumps(parameters)}
    started = http.upload(path + "/file-predictions", [as_file(data, "rows")], fields)
    job = follow(http, started["job"], progress)
    return _table_at(http, "/jobs/%s/result" % job["id"])


def _table_at(http, address):
    text = io.BytesIO()
    http.download(address, text)
    text.seek(0)
    try:
        import pandas
    except ImportError:
        return text.getvalue().decode("utf-8")
    return pandas.read_csv(text)


class Models(Collection):
    _item = Model


class Algorithm(Thing):
    """A definition of what a model file takes and gives, scored as a native class or answered for by code."""

    _path = "/custom-algorithms"


class Algorithms(Collection):
    _item = Algorithm

    def native(self):
        """The platform's algorithms, as dicts: ``id``, ``name``, ``library``, ``parameters``."""
        return self.http.json("GET", "/algorithms")["items"]

    def create(self, name, native, inputs, outputs, fewer_than=None, training_parameters=(), description=""):
        """Define an algorithm that is scored as the native one of the id ``native``.

        ``inputs``: dicts with ``name``, ``type``, ``role`` (``feature``, ``label`` or ``passThrough``), the features in the order of the
        training. ``outputs``: dicts with ``name`` and ``type``. ``fewer_than``: how many further inputs may not be reached.
        """
        definition = _definition(inputs, outputs, fewer_than, training_parameters, ())
        body = {"name": name, "description": description, "nativeAlgorithm": native, "definition": definition}
        return self._create(body)

    def create_with_code(
        self, name, task, inputs, outputs, fewer_than=None, training_parameters=(), prediction_parameters=(), description=""
    ):
        """Define an algorithm whose files the code of a task's latest version runs, in the sandbox, where an administrator allows that.

        Its hooks are those of the task contract; it needs no ``fit``. The other arguments are those of ``create``;
        ``prediction_parameters``: what a request may set, which the hook finds in ``parameters``.
        """
        definition = _definition(inputs, outputs, fewer_than, training_parameters, prediction_parameters)
        body = {"name": name, "description": description, "taskVersionId": task.latest["id"], "definition": definition}
        return self._create(body)


def _definition(inputs, outputs, fewer_than, training_parameters, prediction_parameters):
    return {
        "inputs": list(inputs),
        "variableInput": None if fewer_than is None else {"fewerThan": fewer_than},
        "outputs": list(outputs),
        "trainingParameters": list(training_parameters),
        "predictionParameters": list(prediction_parameters),
    }


class RegisteredModel(Thing):
    """A line of releases of files that were made elsewhere."""

    _path = "/registered-models"

    def host(
        self, estimator, rows, fields=None, pass_through=(), name=None, description="", progress=True, algorithm=None
    ):
        """Host a fitted estimator: upload it, prove it with its own predictions of ``rows``, release and deploy it.

        ``rows`` (a DataFrame, or a list of dicts) have the columns of the training, and those of ``pass_through``, which come
        back unchanged. ``fields`` says what the application calls a column, where it is not the same. ``algorithm``: a defined
        Algorithm; one with code finds the estimator as ``model.pkl``. Returns a Hosted.
        """
        experiment, release = host(self, estimator, rows, fields, pass_through, description, progress, algorithm)
        body = {"name": name or self.name, "modelReleaseId": release["id"]}
        return Hosted(experiment, release, Deployments(self.http)._create(body).wait())

    def predict(self, data, release=None, progress=True, parameters=None):
        """Predict rows (path, DataFrame, list of dicts) with the latest release, or one by its id, without a deployment; a DataFrame, or CSV text without pandas."""
        return _predict_file(self.http, self._release(release), data, progress, parameters)

    def export(self, path, release=None):
        """Save the latest release, or one by its id, as a signed archive for another installation. Returns the path."""
        return _save(self.http, self._release(release) + "/archive", path, None)

    def import_release(self, path):
        """Take a release from an archive of a trusted installation into this line, where it stands by; returns the release, a dict."""
        return _import_release(self.http, path, {"registeredModelId": self.id})

    def lineage(self, release=None):
        """What the latest release, or one by its id, was made from, back to data and code, and which installation it came from, as a dict."""
        return self.http.json("GET", self._release(release) + "/lineage")

    def compare(self, before, after):
        """What changed from one release to another, by their ids: signature, facts, metrics, files and packages, as a dict."""
        return self.http.json("GET", "/releases/%s/comparison" % before, query={"with": after})

    def tag(self, tags, release=None):
        """Set the tags of the latest release, or of one by its id, such as ``["approved"]``; returns the release, a dict."""
        return self.http.json("PUT", self._release(release) + "/tags", {"tags": list(tags)})

    def _release(self, release):
        """The address of the latest release, or of one by its id."""
        latest = self.refresh().latestRelease
        if release is None and latest is None:
            raise ModelsmithError("%s has no release." % self.name, code="client.noRelease")
        return "/releases/%s" % (latest["id"] if release is None else release)

    def begin_training(self, samples, name=None, **options):
        """Begin an Experiment that trains on a SampleSet; ``options`` say how its rows are split, as in the API.

        Among them ``partitioning`` (``{"folds": 5, "holdout": 0.2}``), ``positiveClass``, ``metric``, ``targetType``, ``downsampling``.
        """
        body = {"training": True} if name is None else {"training": True, "name": name}
        begun = self.http.json("POST", "/registered-models/%s/experiments" % self.id, body, idempotent=True)
        body = dict(options, sampleSetId=samples.id)
        chosen = self.http.json("POST", "/experiments/%s/training-data" % begun["id"], body, idempotent=True)
        return Experiment(self.http, chosen)


class RegisteredModels(Collection):
    _item = RegisteredModel

    def create(self, name, alias="", description="", sensitivity="private"):
        """Register a model in the scene Custom."""
        return self._create({"name": name, "alias": alias, "description": description, "sensitivity": sensitivity})

    def import_release(self, path, name=None):
        """Take a release from an archive of a trusted installation as a RegisteredModel of its own."""
        release = _import_release(self.http, path, {} if name is None else {"name": name})
        return self.get(release["registeredModelId"])


def _import_release(http, path, fields):
    with open(path, "rb") as file:
        return http.upload("/release-archives", [(os.path.basename(os.fspath(path)), file.read())], fields)


class Experiment(Thing):
    """One attempt in a registered model that trains here; its rows, trainings and scores are those of a project."""

    _path = "/experiments"

    @property
    def project(self):
        """The Project of its rows."""
        return Projects(self.http).get(self.rows["projectId"])

    def train(self, algorithms, progress=True):
        """Train several algorithms side by side and wait for their ends; a list of TrainingRuns.

        Each is a Blueprint, the id of an entry of the repository, or a dict as in the API: ``{"repositoryId": "random-forest",
        "parameters": {"model": {"n_estimators": 50}}, "featureList": "few"}``.
        """
        body = {"algorithms": [_algorithm(each) for each in algorithms]}
        started = self.http.json("POST", "/experiments/%s/training-runs" % self.id, body, idempotent=True)
        for each in started["items"]:
            follow(self.http, each["job"], progress)
        return [TrainingRun(self.http, each["run"]).refresh() for each in started["items"]]

    def choose(self, model):
        """Make one of its models (a Model, a TrainingRun or an id) the candidate."""
        chosen = model.modelId if isinstance(model, TrainingRun) else getattr(model, "id", model)
        self.fields = self.http.json("PATCH", "/experiments/" + self.id, {"modelId": chosen}, version=self.refresh().version)
        return self

    def publish(self, description="", rows=None, progress=True, **configuration):
        """Submit the candidate and release it after a run on ``rows`` (some of the training without); returns the release, a dict."""
        if self.refresh().state == "developing":
            self.fields = self.http.json("POST", "/experiments/%s/submission" % self.id, version=self.version)
        body = {"experimentId": self.id, "description": description, "configuration": configuration}
        if rows is not None:
            body["rows"] = as_records(rows)
        started = self.http.json("POST", "/registered-models/%s/releases" % self.registeredModelId, body)
        follow(self.http, started["job"], progress)
        return self.http.json("GET", "/releases/" + started["release"]["id"])


def _sink(dataset, table, s3):
    if table is not None:
        return dict(table, kind="postgres")
    if s3 is not None:
        return dict(s3, kind="s3")
    return {"kind": "file"} if dataset is None else {"kind": "dataset", "name": dataset}


def _batch(data, sink, pass_through, parameters, logged):
    source = data if isinstance(data, dict) else {"kind": "dataset", "datasetVersionId": data.latest["id"]}
    return dict(_given(parameters=parameters), source=source, sink=sink, passThrough=list(pass_through), logged=logged)


def _algorithm(algorithm):
    if isinstance(algorithm, Blueprint):
        return {"blueprintId": algorithm.id}
    return {"repositoryId": algorithm} if isinstance(algorithm, str) else dict(algorithm)


class Deployment(Thing):
    """A stable address that serves a release of a model."""

    _path = "/deployments"

    def wait(self, timeout=120):
        """Wait until it answers; raises when it cannot. What waits for approval is given back at once."""
        deadline = time.time() + timeout
        while self.state == "starting" and time.time() < deadline:
            time.sleep(0.2)
            self.refresh()
        if self.state == "waiting":
            return self
        if self.state != "active":
            problem = self.problem or "It is still %s after %d s." % (self.state, timeout)
            raise ModelsmithError("%s: %s" % (self.name, problem), code="client.notDeployed")
        return self

    def predict(self, data, parameters=None, explanations=None):
        """Predict rows: a DataFrame with ``prediction`` and a ``probability_…`` column a class; a list of dicts without pandas. ``parameters`` are prediction parameters by name.

        ``explanations``: how many features that made each prediction are told, or ``"all"``, of at most 100 rows. A column ``explanations`` has for each row a list of dicts, of the most
        probable class first, with ``label``, ``base``, ``score`` (null where the prediction is what is summed), ``contributions`` and ``others``.
        """
        path = "/deployments/%s/predictions" % self.id
        query = _given(parameters=None if parameters is None else json.dumps(parameters), explanations=explanations)
        answer = self.http.send("POST", path, as_csv(data), "text/csv", query or None)
        return as_table([_prediction_row(row) for row in answer["predictions"]], like=data)

    def predict_file(self, data, path=None, pass_through=(), parameters=None, logged=True, dataset=None, table=None, s3=None, progress=True):
        """Score rows of any length in a job: a path of a CSV file, a DataFrame, a list of dicts, a Dataset,
        or a source as in the API: ``{"kind": "postgres", "credentialId": …, "query": …}``, ``{"kind": "s3", "credentialId": …, "url": "s3://bucket/key"}``.

        ``pass_through``: columns that stand before the predictions. ``path``: where the predictions are saved, as Parquet where it ends so, else as CSV; returned.
        ``dataset``: the name of a new Dataset that they become in place of a file; returned.
        ``table``: a table of PostgreSQL that they go into, ``{"credentialId": …, "table": …, "mode": "create"}`` or ``"append"``; the job is returned.
        ``s3``: an object of S3 that they become, ``{"credentialId": …, "url": "s3://bucket/key", "format": "parquet"}``; the job is returned. Else a DataFrame, or CSV text without pandas.
        ``logged=False``: the rows do not count in monitoring. Rows that do not fit are refused before any is scored; the error lists their lines.
        """
        sink = _sink(dataset, table, s3)
        if isinstance(data, (Dataset, dict)):
            body = _batch(data, sink, pass_through, parameters, logged)
            started = self.http.json("POST", "/deployments/%s/batches" % self.id, body, idempotent=True)
        else:
            fields = {"sink": json.dumps(sink), "passThrough": json.dumps(list(pass_through)), "logged": "true" if logged else "false"}
            if parameters is not None:
                fields["parameters"] = json.dumps(parameters)
            started = self.http.upload("/deployments/%s/file-batches" % self.id, [as_file(data, "rows")], fields)
        job = follow(self.http, started["job"], progress)
        if dataset is not None:
            made = Datasets(self.http).get(job["result"]["datasetId"])
            follow(self.http, self.http.json("GET", "/jobs/%s" % made.latest["jobId"]), progress)
            return made.refresh()
        if table is not None or s3 is not None:
            return job
        address = "/jobs/%s/predictions" % job["id"]
        if path is not None:
            return _save(self.http, address, path, {"format": "parquet" if os.fspath(path).endswith(".parquet") else "csv"})
        return _table_at(self.http, address)

    def schedule_batch(
        self, name, cron, data, time_zone="UTC", pass_through=(), parameters=None, logged=True, dataset=None, table=None, s3=None
    ):
        """Begin a batch by the clock, as yourself: ``"30 6 * * 1-5"`` is half past six on weekdays in ``time_zone``, such as ``"Europe/Vienna"``.

        ``data`` is a Dataset or a source as in the API; it and the rest are as for ``predict_file``. In addresses of S3 and the name of a dataset, ``{date}`` and ``{time}`` are those of the run.
        Returns the schedule, a dict with its ``id``, ``nextAt`` and ``runs``.
        """
        batch = _batch(data, _sink(dataset, table, s3), pass_through, parameters, logged)
        body = {"name": name, "cron": cron, "timeZone": time_zone, "batch": batch}
        return self.http.json("POST", "/deployments/%s/batch-schedules" % self.id, body)

    def batch_schedules(self):
        """Schedules of batches of it that you made, each with its next time and its last runs."""
        return list(self.http.pages("/batch-schedules", {"deploymentId": self.id}))

    def change_batch_schedule(self, schedule, **changes):
        """Change a schedule (its id): ``paused=True`` or ``False``, ``name``, ``cron``, ``timeZone``."""
        return self.http.json("PUT", "/deployments/%s/batch-schedules" % self.id, dict(changes, scheduleId=schedule))

    def run_batch_schedule(self, schedule, progress=True):
        """Begin the batch of a schedule (its id) now; waits and returns the job."""
        started = self.http.json("POST", "/deployments/%s/batch-schedules/runs" % self.id, {"scheduleId": schedule})
        return follow(self.http, started["job"], progress)

    def delete_batch_schedule(self, schedule):
        """Delete a schedule (its id); batches that it has begun stay."""
        self.http.json("DELETE", "/deployments/%s/batch-schedules" % self.id, query={"schedule": schedule})

    def check_replacement(self, model=None, release=None):
        """What clients would notice if a model, or the release of a registered model (its id), answered: ``changes`` and whether it is ``refused``."""
        return self.http.json("GET", "/deployments/%s/replacement" % self.id, query=_chosen(model, release))

    def replace(self, reason, model=None, release=None, accept_changes=False):
        """Put another model, or the release of a registered model (its id), behind the deployment; waits until it answers."""
        body = dict(_chosen(model, release), reason=reason, acceptChanges=accept_changes)
        return self._govern("replacement", body)

    def ask(self, action, reason, settings=None, replacement=None):
        """Ask a second person to approve an action: ``create``, ``change`` (with ``settings``), ``replace`` (with ``replacement``) or ``delete``."""
        self.refresh()
        body = dict(_given(settings=settings, replacement=replacement), action=action, reason=reason)
        path = "/deployments/%s/change-requests" % self.id
        return ChangeRequest(self.http, self.http.json("POST", path, body, version=self.version))

    def report(self, since=None, until=None):
        """All that is known of it: what answers, lineage, owners, change requests, history, health, drift and accuracy over a time, as the API gives it."""
        return self._over("/report", since, until)

    def roll_back(self, reason=None):
        """Serve the release again that the one of now took the place of; waits until it answers."""
        return self._govern("rollback", {} if reason is None else {"reason": reason})

    def pause(self, reason):
        """Answer no requests until it is resumed; clients are told the reason."""
        return self._govern("pause", {"reason": reason})

    def resume(self):
        """Answer requests again; waits until it does."""
        return self._govern("resume", None)

    def set_fallback(self, deployment, reason):
        """Name the Deployment (or its id) that answers while the model of this one cannot; ``None``: none does."""
        self.refresh()
        body = {"deploymentId": getattr(deployment, "id", deployment), "reason": reason}
        self.fields = self.http.json("POST", "/deployments/%s/fallback" % self.id, body, version=self.version)
        return self

    def history(self):
        """Who changed what answers, when and why; the newest first."""
        return list(self.http.pages("/deployments/%s/history" % self.id))

    def _govern(self, action, body):
        self.refresh()
        path = "/deployments/%s/%s" % (self.id, action)
        self.fields = self.http.json("POST", path, body, version=self.version)
        return self if self.state == "paused" else self.wait()

    def health(self, since=None, until=None, release=None):
        """Requests, rows, errors by code and latency quantiles over a time (ISO 8601; by default the last week), as the API gives them."""
        return self._over("/health", since, until, release=release)

    def drift(self, since=None, until=None, release=None):
        """Drift and quality of each feature and of the predictions of a release, those that moved most first."""
        return self._over("/drift", since, until, release=release)

    def feature_drift(self, name, role="input", since=None, until=None, release=None):
        """Histograms of one feature, or of a prediction (``role="prediction"``), and its drift over time."""
        return self._over("/drift/feature", since, until, release=release, name=name, role=role)

    def set_baseline(self, dataset_version=None, first_rows=None):
        """Compare rows from now on with a dataset version (its id), with the first rows that come, or with the training rows."""
        body = {"source": "training"}
        if dataset_version is not None:
            body = {"source": "dataset", "datasetVersionId": dataset_version}
        elif first_rows is not None:
            body = {"source": "firstRows", "rows": first_rows}
        return self.http.json("PUT", "/deployments/%s/baseline" % self.id, body)

    def accuracy(self, since=None, until=None, release=None):
        """Metrics from actual values by release over the time of the predictions, with the rows that they stand on."""
        return self._over("/accuracy", since, until, release=release)

    def send_actuals(self, actuals):
        """Send actual values: a dict from association id to value. Late, again or corrected; returns what became of them, summed up."""
        pairs = list(actuals.items())
        total = {"unknownIds": []}
        for start in range(0, len(pairs), 50000):
            part = [{"associationId": str(id), "actual": value} for id, value in pairs[start : start + 50000]]
            answer = self.http.json("POST", "/deployments/%s/actuals" % self.id, {"actuals": part})
            for name, value in answer.items():
                total[name] = total[name] + value if name in total else value
        return total

    def associate(self, column):
        """Name the column that tells the rows of requests apart when their actual values come; None for none."""
        self.refresh()
        self.fields = self.http.json("PATCH", self._path + "/" + self.id, {"associationColumn": column}, version=self.version)
        return self

    def keep_rows(self, days, share=None):
        """Keep the rows of requests for so many days (0: not at all), of so large a share of the requests (1: all); owners say it."""
        self.refresh()
        change = {"keepRowsDays": days} if share is None else {"keepRowsDays": days, "keepRowsShare": share}
        self.fields = self.http.json("PATCH", self._path + "/" + self.id, change, version=self.version)
        return self

    def request(self, request_id):
        """One request by its id: who answered, its rows where they are kept, and what was made of them since."""
        return self.http.json("GET", "/deployments/%s/prediction-log/request" % self.id, query={"request": request_id})

    def score_again(self, request_id):
        """Score the kept rows of a request with the release that answered and the one of now; waits, and returns what differs."""
        self._ask_again("scores", {"requestId": request_id})
        return self.request(request_id)["again"]["releases"]

    def explain(self, request_id, row=0):
        """Explain a kept row of a request by the release that answered; waits."""
        self._ask_again("explanations", {"requestId": request_id, "row": row})
        return next(each for each in self.request(request_id)["explanations"] if each["row"] == row)

    def _ask_again(self, what, body):
        follow(self.http, self.http.json("POST", "/deployments/%s/prediction-log/%s" % (self.id, what), body)["job"])

    def kept_rows(self, since=None, until=None, **conditions):
        """Kept rows that fit, newest first, one by one; conditions are ``release``, ``column`` with ``value``, ``least`` or ``most``, ``predicted`` and ``actual``."""
        cursor = None
        while True:
            page = self._over("/rows", since, until, cursor=cursor, **conditions)
            for row in page["items"]:
                yield row
            cursor = page["nextCursor"]
            if cursor is None:
                return

    def download_rows(self, path, since=None, until=None, **conditions):
        """Write kept rows that fit to a file: Parquet where its name ends so, CSV else."""
        format = "parquet" if str(path).endswith(".parquet") else "csv"
        query = dict(conditions, format=format, **{"from": since, "to": until})
        given = {name: value for name, value in query.items() if value is not None}
        with open(str(path), "wb") as file:
            self.http.download("/deployments/%s/rows/file" % self.id, file, query=given)

    def feature_importance(self, release=None, compute=False):
        """How much each feature of a release matters, to be read beside its drift; ``compute`` has it computed first, of a hosted file."""
        path = "/deployments/%s/feature-importance" % self.id
        query = {} if release is None else {"release": release}
        if compute:
            follow(self.http, self.http.json("POST", path, query)["job"])
        return self.http.json("GET", path, query=query)

    def challengers(self):
        """Models that score what it answered, and the rows that are kept for them."""
        return self.http.json("GET", "/deployments/%s/challengers" % self.id)

    def add_challenger(self, model=None, release=None, accept_changes=False):
        """Let another model, or the release of a registered model (its id), score what the deployment answers from now on."""
        body = dict(_chosen(model, release), acceptChanges=accept_changes)
        return self.http.json("POST", "/deployments/%s/challengers" % self.id, body)

    def remove_challenger(self, challenger):
        """Remove a challenger (its id), with what was counted of it."""
        self.http.json("DELETE", "/deployments/%s/challengers" % self.id, query={"challenger": challenger})

    def replay(self, challenger, since=None, until=None):
        """Score requests of the past with a challenger (its id), as far as their rows are kept; waits and returns how many rows it scored."""
        asked = {"challengerId": challenger, "from": since, "to": until}
        body = {name: value for name, value in asked.items() if value is not None}
        job = self.http.json("POST", "/deployments/%s/challengers/replay" % self.id, body)["job"]
        return follow(self.http, job)["result"]

    def compare_challengers(self, since=None, until=None):
        """Champion and challengers side by side over a time of requests, as the API gives them."""
        return self._over("/challengers/comparison", since, until)

    def promote(self, challenger, reason, accept_changes=False, keep_champion=False):
        """Put a challenger (its id) behind the deployment; waits until it answers."""
        body = {"challengerId": challenger, "reason": reason, "acceptChanges": accept_changes, "keepChampion": keep_champion}
        return self._govern("challengers/promotion", body)

    def alerts(self):
        """What it is watched for, how it stands, and who was told."""
        return self.http.json("GET", "/deployments/%s/alerts" % self.id)

    def set_alerts(self, **changes):
        """Change limits (``errorShare``, ``p95Ms``, ``psi``, ``metric`` with ``metricLimit``; None for none) and who is told (``mail``, ``webhook``)."""
        now = self.alerts()
        kept = ("hours", "minimum", "errorShare", "p95Ms", "psi", "metric", "metricLimit", "mail")
        body = dict({name: now[name] for name in kept}, **changes)
        return self.http.json("PUT", "/deployments/%s/alerts" % self.id, body)

    def _over(self, path, since, until, **query):
        query = dict(query, **{"from": since, "to": until})
        given = {name: value for name, value in query.items() if value is not None}
        return self.http.json("GET", "/deployments/%s%s" % (self.id, path), query=given)


class ChangeRequest(Seen):
    """Something that somebody asked to do with a deployment, which a second person approves or rejects."""

    _path = "/change-requests"

    def __repr__(self):
        return "<%s %s %s of %r: %s>" % (type(self).__name__, self.id, self.action, self.deployment["name"], self.state)

    def approve(self):
        """Carry it out as it was asked; its ``state`` is ``done``, or ``failed`` with a ``problem``."""
        return self._decide("approval")

    def reject(self, reason):
        """Do not do it, for a reason."""
        return self._decide("rejection", {"reason": reason})

    def withdraw(self):
        """Take back what one asked for oneself."""
        return self._decide("withdrawal")

    def _decide(self, how, body=None):
        self.fields = self.http.json("POST", "%s/%s/%s" % (self._path, self.id, how), body)
        return self


def _chosen(model, release):
    return {"modelReleaseId": release} if model is None else {"modelId": model.id}


def _prediction_row(row):
    flat = dict(row.get("passThrough", {}))
    if "outputs" in row:
        flat.update(row["outputs"])
        return flat
    flat["prediction"] = row["prediction"]
    for label, probability in row.get("probabilities", {}).items():
        flat["probability_" + label] = probability
    if "explanations" in row:
        flat["explanations"] = row["explanations"]
    return flat


class Deployments(Collection):
    _item = Deployment

    def create(self, name, model, description="", importance="low", reason=None):
        """Release a model and deploy it; waits until it answers, or gives it back ``waiting`` where a second person has to approve its ``reason``."""
        body = {"name": name, "modelId": model.id, "description": description, "importance": importance}
        return self._create(dict(body, **_given(reason=reason))).wait()

    def create_of_release(self, name, release, description="", follow=False, importance="low", reason=None):
        """Deploy a release of a registered model, by its id; one that follows moves to later releases by itself."""
        body = {"name": name, "modelReleaseId": release, "description": description, "importance": importance}
        return self._create(dict(body, updates="automatic" if follow else "manual", **_given(reason=reason))).wait()


class Credential(Thing):
    """What opens another system; its values can be set, and be read by nobody."""

    _path = "/credentials"

    def grant(self, task, prefix, predictions=False):
        """Let it reach the hooks of a task's latest version, as variables named PREFIX_FIELD; returns the grant as a dict.

        They are there in trainings, and with predictions also where a model predicts a file or a dataset.
        """
        body = {"taskVersionId": task.latest["id"], "prefix": prefix, "predictions": predictions}
        return self.http.json("PUT", "/credentials/%s/grants" % self.id, body)

    def grants(self):
        """The versions of tasks that it reaches, as dicts."""
        return self.http.json("GET", "/credentials/%s/grants" % self.id)["items"]

    def revoke(self, task):
        """Take it from a task's latest version."""
        query = {"taskVersionId": task.latest["id"]}
        self.http.json("DELETE", "/credentials/%s/grants" % self.id, query=query)


class Credentials(Collection):
    _item = Credential

    def create(self, name, type, fields, description=""):
        """Keep fields (a dict of texts), encrypted; type is database, s3, kafka, mail or other."""
        body = {"name": name, "type": type, "fields": fields, "description": description}
        return self._item(self.http, self.http.json("POST", "/credentials", body))
