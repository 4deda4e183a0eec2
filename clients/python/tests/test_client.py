"""The client against a running server, named by MODELSMITH_SERVER and MODELSMITH_TOKEN; with pandas and without.

MODELSMITH_EXAMPLES is the folder of the examples.
"""

import contextlib
import csv
import io
import os
import random
import tempfile
import time
import unittest
import uuid

from modelsmith.blueprint import categories, numbers, task
from modelsmith.client import ModelsmithError, connect
from modelsmith.client.frames import as_csv

try:
    import pandas
except ImportError:
    pandas = None

EXAMPLES = os.environ["MODELSMITH_EXAMPLES"]
ATTRITION = os.path.join(EXAMPLES, "attrition.csv")
NUMBERS = {"from": "data", "dataTypes": ["NUM"]}

BROKEN_TASK = """\
def fit(X, y, output_dir, **kwargs):
    print("looking at", len(X), "rows")
    raise ValueError("nothing to learn")


def score(data, model, **kwargs):
    return data
"""
BROKEN_METADATA = "name: Broken\ntargetType: binary\n"


def unique(name):
    return "%s %s" % (name, uuid.uuid4().hex[:8])


def rows_of(path):
    """The file as whatever the client takes: a DataFrame, or a list of dicts."""
    if pandas is not None:
        return pandas.read_csv(path)
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class ClientTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = connect()
        cls.shown = io.StringIO()
        with contextlib.redirect_stderr(cls.shown):
            cls.data = cls.server.datasets.upload(rows_of(ATTRITION), name=unique("attrition"))
            cls.project = cls.server.projects.create(
                unique("Who leaves"), cls.data, target="Attrition", partitioning={"folds": 2}
            )
            cls.task = cls.server.tasks.upload(os.path.join(EXAMPLES, "tasks", "attrition-risk"), name=unique("Risk"))
            graph = {
                "nodes": [
                    {
                        "id": "risk",
                        "taskVersion": cls.task.latest["id"],
                        "inputs": [NUMBERS],
                        # An equal training would be taken from the cache of another run of these tests.
                        "parameters": {"rounds": 30, "learning_rate": random.uniform(0.05, 0.1)},
                    }
                ]
            }
            cls.blueprint = cls.server.blueprints.create(unique("Risk on numbers"), graph)
            cls.run_ = cls.project.train(cls.blueprint)
            cls.model = cls.run_.model()
            cls.deployment = cls.server.deployments.create(unique("risk"), cls.model)

    def test_defines_an_algorithm(self):
        inputs = [{"name": "age", "type": "number", "role": "feature"}]
        outputs = [{"name": "prediction", "type": "number"}]
        algorithm = self.server.algorithms.create(
            unique("Ours"), "sklearn.LinearRegression", inputs, outputs, fewer_than=5
        )
        self.assertEqual(algorithm.definition["variableInput"], {"fewerThan": 5})
        self.assertEqual(algorithm.change(description="Of ages").version, 2)
        self.assertIn("sklearn.LinearRegression", [each["id"] for each in self.server.algorithms.native()])
        algorithm.delete()
        with self.assertRaises(ModelsmithError):
            self.server.algorithms.get(algorithm.id)

    def test_defines_an_algorithm_with_code(self):
        inputs = [{"name": "age", "type": "number", "role": "feature"}]
        outputs = [{"name": "prediction", "type": "text"}]
        outputs += [{"name": "probability_%s" % label, "type": "number"} for label in ("No", "Yes")]
        limit = {"name": "limit", "type": "float", "default": 0.5}
        algorithm = self.server.algorithms.create_with_code(
            unique("Ours"), self.task, inputs, outputs, prediction_parameters=[limit]
        )
        self.assertEqual(algorithm.code["taskVersionId"], self.task.latest["id"])
        self.assertEqual((algorithm.code["targetType"], algorithm.code["classes"]), ("binary", ["No", "Yes"]))
        algorithm.delete()

    def test_says_whether_model_files_are_run(self):
        before = self.server.settings()["runModelFiles"]
        self.assertEqual(self.server.change_settings(runModelFiles=not before)["runModelFiles"], not before)
        self.server.change_settings(runModelFiles=before)

    def test_tells_who_the_token_belongs_to(self):
        self.assertTrue(self.server.me()["name"])

    def test_reads_what_was_uploaded_like_the_file_itself(self):
        self.assertEqual(self.data.latest["rows"], 1470)
        kinds = {column["name"]: column["type"] for column in self.data.latest["columns"]}
        self.assertEqual((kinds["Age"], kinds["Attrition"]), ("integer", "category"))
        self.assertEqual([column["name"] for column in self.data.profile()][:2], ["Age", "Attrition"])

    def test_shows_progress_and_the_prints_of_the_code(self):
        shown = self.shown.getvalue()
        self.assertIn("[##", shown)
        self.assertIn("% of them Yes.", shown)
        self.assertIn("succeeded", shown)

    def test_shares_and_takes_back(self):
        everybody = self.server.me()["organisation"]["id"]
        self.assertEqual([share["role"] for share in self.data.shares()], ["owner"])
        self.assertEqual(self.data.share(everybody)["role"], "consumer")
        self.assertEqual([share["role"] for share in self.data.shares()], ["owner", "consumer"])
        self.data.unshare(everybody)
        self.assertEqual(len(self.data.shares()), 1)

    def test_adds_people_and_groups_and_hands_over_what_they_own(self):
        person = self.server.people.create(unique("Somebody"), "somebody.%s@example.org" % uuid.uuid4().hex)
        self.assertEqual((person.state, bool(person.invitation["secret"])), ("invited", True))
        self.assertNotEqual(person.invite()["secret"], person.invitation["secret"])
        self.assertEqual(person.change(role="viewer").role, "viewer")
        self.assertEqual(self.server.people.get(person.id).role, "viewer")
        group = self.server.groups.create(unique("Analysts"), [person.id])
        self.assertEqual([member["id"] for member in group.members], [person.id])
        self.assertEqual(group.change(members=[]).members, [])
        owned = self.server.blueprints.create(unique("Theirs"), self.blueprint.graph)
        self.assertIn("owner", [share["role"] for share in owned.transfer(person.id)])
        with self.assertRaises(ModelsmithError):
            person.deactivate()
        me = self.server.me()["id"]
        self.assertEqual(person.deactivate(successor=me).state, "deactivated")
        self.assertEqual(owned.refresh().owner["id"], me)
        self.assertEqual(person.reactivate().state, "invited")
        person.deactivate()
        owned.delete()
        group.delete()

    def test_makes_tokens_that_end_and_reads_the_audit_log(self):
        service = self.server.people.create(unique("The service"), role="service")
        made = self.server.tokens.create("Reads", scopes=["read"], person=service.id)
        self.assertEqual(connect(self.server.http.server, made["secret"]).me()["id"], service.id)
        self.assertEqual([token["name"] for token in self.server.tokens.list(service.id)], ["Reads"])
        self.server.tokens.revoke(made["token"]["id"])
        self.assertEqual(self.server.tokens.list(service.id), [])
        self.assertTrue(any(self.server.audit.entries(object=service.id)))
        self.assertTrue(self.server.audit.check())
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "audit.jsonl")
            self.server.audit.export(path)
            with open(path, encoding="utf-8") as file:
                text = file.read()
        self.assertIn(service.id, text)
        self.assertNotIn(made["secret"], text)
        service.deactivate()

    def test_finds_by_name_and_by_id(self):
        self.assertEqual(self.server.blueprints.find(self.blueprint.name).id, self.blueprint.id)
        self.assertEqual(self.server.datasets.get(self.data.id).name, self.data.name)
        self.assertIn(self.project.id, [project.id for project in self.server.projects])

    def test_has_a_leaderboard_of_numbers(self):
        board = self.project.leaderboard()
        first = board.iloc[0] if pandas is not None else board[0]
        self.assertEqual(first["model"], self.model.id)
        self.assertGreater(first["validation"], 0)
        self.assertGreater(first["cross_validation"], 0)

    def test_marks_a_run_for_oneself(self):
        def starred():
            board = self.project.leaderboard()
            rows = board.to_dict("records") if pandas is not None else board
            return [row["starred"] for row in rows if row["model"] == self.model.id]

        self.run_.star()
        self.assertEqual(starred(), [True])
        self.run_.unstar()
        self.assertEqual(starred(), [False])

    def test_weighs_and_thins_out_rows_and_trains_from_the_repository(self):
        project = self.server.projects.create(
            unique("Weighed"),
            self.data,
            target="Attrition",
            weights="JobLevel",
            downsampling={"kept": 0.5},
            partitioning={"method": "group", "column": "JobRole", "folds": 2, "holdout": 0},
        )
        self.assertNotIn("JobLevel", project.features)
        self.assertEqual(project.downsampling["majority"], "No")
        project.add_feature_list("Few", ["Age", "OverTime"])
        self.assertIn("logistic-regression", [entry["id"] for entry in project.repository()])
        with contextlib.redirect_stderr(io.StringIO()):
            one = project.train("logistic-regression", feature_list="Few", sample_size=0.5)
            [other] = project.train_repository(["logistic-regression"])
        self.assertEqual((one.state, other.state), ("succeeded", "succeeded"))
        board = project.leaderboard()
        rows = board.to_dict("records") if pandas is not None else board
        self.assertEqual({row["sample_size"] for row in rows}, {0.5, 1})
        whole = one.model().retrain(progress=False)
        self.assertEqual(whole.retrainedFrom, {"id": one.modelId, "name": one.blueprintName})
        self.assertIsNone(whole.model().scores["holdout"])
        with self.assertRaises(ModelsmithError) as caught:
            other.model().retrain(progress=False)
        self.assertEqual(caught.exception.code, "project.allRows")
        suggested = [each["preset"] for each in project.search_space("logistic-regression") if each["suggested"]]
        self.assertEqual([each["parameter"] for each in suggested], ["C"])
        with contextlib.redirect_stderr(io.StringIO()):
            search = project.search("logistic-regression", trials=1, space=suggested, judgedBy="validation")
            search.resume(trials=2)
            best = search.train()
        self.assertEqual((search.state, search.done, [each["id"] for each in project.searches()]), ("succeeded", 2, [search.id]))
        tried = search.table()
        tried = tried.to_dict("records") if pandas is not None else tried
        self.assertEqual([row["trial"] for row in tried], [1, 2])
        self.assertEqual(tried[0]["model.C"], 1)
        self.assertEqual(best.graph["nodes"][-1]["parameters"]["C"], tried[search.best["number"] - 1]["model.C"])

    def test_saves_a_blueprint_as_code_and_gives_it_back_as_code_and_as_yaml(self):
        risk = task(self.task).called("risk")
        flow = (numbers >> task("impute-numeric@1")) + (categories >> task("one-hot@1", min_frequency=5)) >> risk
        saved = self.server.blueprints.create(unique("As code"), flow)
        self.assertEqual(saved.graph, flow.graph)
        self.assertIn("<svg", saved._repr_svg_())
        made = {}
        exec(saved.to_code(), made)
        self.assertEqual(made["blueprint"].graph, saved.graph)
        copied = self.server.blueprints.create_from_yaml(saved.yaml())
        self.assertEqual((copied.name, copied.graph), (saved.name, saved.graph))
        self.assertIn("# " + self.task.name, copied.yaml())
        self.assertEqual(copied.change(saved.flow >> task("calibration@1")).number, 2)
        self.assertEqual(copied.change_to_yaml(copied.yaml(number=1)).number, 3)
        with self.assertRaises(ModelsmithError) as raised:
            copied.change_to_yaml("name: A\ngraph: { nodes: none }\n")
        self.assertEqual(raised.exception.code, "blueprint.yaml")
        self.assertEqual(raised.exception.findings[0]["place"]["line"], 2)

    def test_makes_a_sample_set_and_a_project_of_it(self):
        roles = {"Age": "feature", "OverTime": "feature", "Attrition": "label", "JobLevel": "weight", "JobRole": "group"}
        labels = {"gone": ["Yes"], "here": ["No"]}
        samples = self.server.sample_sets.create(unique("Leavers"), [self.data], roles, labels)
        shown = samples.preview()
        self.assertEqual((shown["total"], shown["targetType"]), (1470, "binary"))
        self.assertEqual([each["label"] for each in shown["labels"]], ["here", "gone"])
        project = samples.project(unique("Leavers"), positiveClass="gone", partitioning={"folds": 2})
        self.assertEqual((project.classes, project.weights), (["here", "gone"], "JobLevel"))
        self.assertEqual(project.partitioning["method"], "group")

    def test_trains_in_an_experiment_and_releases_the_best(self):
        roles = {"Age": "feature", "OverTime": "feature", "Attrition": "label"}
        samples = self.server.sample_sets.create(unique("Stayers"), [self.data], roles)
        registered = self.server.registered_models.create(unique("Stayers"))
        experiment = registered.begin_training(samples, partitioning={"folds": 2})
        self.assertEqual(experiment.project.target, "Attrition")
        regression = {"repositoryId": "logistic-regression", "parameters": {"model": {"C": 0.1}}}
        runs = experiment.train(["baseline", regression], progress=False)
        self.assertEqual([run.state for run in runs], ["succeeded", "succeeded"])
        self.assertEqual(len(experiment.project.leaderboard()), 2)
        release = experiment.choose(runs[1]).publish("First", progress=False, probabilities=False)
        self.assertEqual((release["state"], release["modelId"]), ("latest", runs[1].modelId))
        deployment = self.server.deployments.create_of_release(unique("Stayers"), release["id"])
        self.assertEqual(deployment.state, "active")

    def test_scores_a_file_in_a_batch(self):
        with tempfile.TemporaryDirectory() as folder:
            path = self.deployment.predict_file(ATTRITION, os.path.join(folder, "scored.csv"), ["Age"], progress=False)
            with open(path, newline="") as file:
                scored = list(csv.DictReader(file))
        with open(ATTRITION, newline="") as file:
            given = list(csv.DictReader(file))
        self.assertEqual([row["Age"] for row in scored], [row["Age"] for row in given])
        self.assertEqual(list(scored[0])[:2], ["Age", "prediction"])
        answered = self.deployment.predict_file(self.data, pass_through=["Age"], progress=False)
        text = answered if pandas is None else answered.to_csv(index=False)
        self.assertEqual(text.splitlines()[0].split(",")[:2], ["Age", "prediction"])
        self.assertEqual(len(text.splitlines()), len(given) + 1)
        made = self.deployment.predict_file(rows_of(ATTRITION)[:5], dataset=unique("Scored"), progress=False)
        self.assertEqual((made.latest["state"], made.latest["rows"]), ("ready", 5))
        with self.assertRaises(ModelsmithError) as caught:
            self.deployment.predict_file([{"Age": "old"}], progress=False)
        self.assertEqual(caught.exception.code, "csv.missingColumns")

    def test_begins_batches_by_the_clock(self):
        made = self.deployment.schedule_batch(unique("Nightly"), "30 6 1 1 *", self.data, "Europe/Vienna", logged=False)
        self.assertEqual((made["state"], made["nextAt"][5:]), ("active", "01-01T05:30:00.000Z"))
        job = self.deployment.run_batch_schedule(made["id"], progress=False)
        self.assertEqual(job["state"], "succeeded")
        self.assertIsNone(self.deployment.change_batch_schedule(made["id"], paused=True)["nextAt"])
        kept = [each for each in self.deployment.batch_schedules() if each["id"] == made["id"]]
        self.assertEqual([(each["state"], each["runs"][0]["jobId"]) for each in kept], [("paused", job["id"])])
        self.deployment.delete_batch_schedule(made["id"])
        self.assertNotIn(made["id"], [each["id"] for each in self.deployment.batch_schedules()])
        with self.assertRaises(ModelsmithError) as caught:
            self.deployment.schedule_batch("Never", "0 0 30 2 *", self.data)
        self.assertEqual(caught.exception.code, "schedule.cron")

    def test_predicts_before_it_is_deployed_and_alike_after(self):
        if pandas is None:
            rows = rows_of(ATTRITION)[:5]
            text = self.model.predict(rows, progress=False)
            before = [float(row["probability_Yes"]) for row in csv.DictReader(io.StringIO(text))]
            after = [row["probability_Yes"] for row in self.deployment.predict(rows)]
        else:
            rows = rows_of(ATTRITION).iloc[10:15]
            before = self.model.predict(rows, progress=False)["probability_Yes"].tolist()
            answer = self.deployment.predict(rows)
            self.assertEqual(answer.index.tolist(), rows.index.tolist())
            after = answer["probability_Yes"].tolist()
        self.assertEqual(len(after), 5)
        for one, other in zip(before, after):
            self.assertAlmostEqual(one, other, places=9)

    def test_replaces_rolls_back_pauses_and_resumes_with_reasons(self):
        deployment = self.server.deployments.create(unique("governed"), self.model)
        self.looks_up_requests(deployment.keep_rows(2, share=1))
        self.assertEqual(deployment.check_replacement(self.model), {"changes": [], "refused": False})
        self.assertEqual(deployment.replace("Same again", self.model).release["number"], 2)
        self.assertEqual(deployment.roll_back().release["number"], 1)
        self.assertEqual(deployment.pause("Wrong prices").fields["pause"]["reason"], "Wrong prices")
        self.assertEqual(deployment.resume().state, "active")
        self.assertEqual(deployment.set_fallback(self.deployment, "It crashes").fallback["id"], self.deployment.id)
        self.assertIsNone(deployment.set_fallback(None, "It does not any more").fallback)
        self.assertEqual(deployment.set_alerts(errorShare=0.05, psi=0.2)["errorShare"], 0.05)
        self.assertEqual(deployment.set_alerts(psi=None)["errorShare"], 0.05)
        self.assertEqual(deployment.keep_rows(2).challengers()["kept"]["days"], 2)
        self.assertEqual(deployment.keep_rows(2, share=0.5).challengers()["kept"]["share"], 0.5)
        self.assertEqual(deployment.compare_challengers()["challengers"], [])
        with self.assertRaises(ModelsmithError) as raised:
            deployment.add_challenger(self.model)
        self.assertEqual(raised.exception.code, "challenger.isChampion")
        kinds = [event["kind"] for event in deployment.history()]
        self.assertEqual(kinds, ["fallbackChanged", "fallbackChanged", "resumed", "paused", "rolledBack", "replaced", "deployed"])
        deployment.delete()

    def looks_up_requests(self, deployment):
        path = "/deployments/%s/predictions" % deployment.id
        rows = as_csv(rows_of(ATTRITION)[:1])
        request_id = deployment.http.send("POST", path, rows, "text/csv")["requestId"]
        deadline = time.time() + 30
        while not list(deployment.kept_rows()) and time.time() < deadline:
            time.sleep(0.2)
        self.assertEqual(deployment.request(request_id)["rowsState"], "kept")
        self.assertEqual([each["different"] for each in deployment.score_again(request_id)], [0])
        explanation = deployment.explain(request_id, 0)
        self.assertIsNone(explanation["problem"])
        self.assertGreater(len(explanation["features"]), 0)
        self.assertEqual([each["requestId"] for each in deployment.kept_rows(actual="without")], [request_id])
        self.assertEqual(list(deployment.kept_rows(actual="with")), [])
        with tempfile.TemporaryDirectory() as folder:
            target = os.path.join(folder, "rows.csv")
            deployment.download_rows(target)
            with open(target) as file:
                self.assertIn(request_id, file.read())
        self.assertEqual(deployment.feature_importance()["state"], "absent")

    def test_asks_a_second_person_and_is_none(self):
        deployment = self.server.deployments.create(unique("asked"), self.model, importance="moderate")
        request = deployment.ask("change", "Much depends on it", settings={"importance": "high"})
        with self.assertRaises(ModelsmithError) as refused:
            request.approve()
        self.assertEqual(refused.exception.code, "changeRequest.own")
        self.assertIn(request.id, [each.id for each in self.server.change_requests("open")])
        self.assertEqual(request.withdraw().state, "withdrawn")
        report = deployment.report()
        self.assertEqual(report["deployment"]["importance"], "moderate")
        self.assertEqual([each["state"] for each in report["changeRequests"]], ["withdrawn"])
        deployment.delete()

    def test_explains_rows_so_that_contributions_add_up(self):
        own = rows_of(ATTRITION)[:1] if pandas is None else rows_of(ATTRITION).iloc[:1]
        (best,) = self.model.explain(count=1, background=5, progress=False)
        first, given = self.model.explain(rows=[best["row"]], values=own, background=5, progress=False)
        self.assertEqual((first["row"], given["row"]), (best["row"], None))
        self.assertEqual(first["outputs"], best["outputs"])
        for explained in (first, given):
            (output,) = explained["outputs"]
            self.assertEqual(output["label"], "Yes")
            self.assertAlmostEqual(output["base"] + sum(output["contributions"]), output["prediction"], places=9)
        (changed,) = self.model.explain(rows=[best["row"]], changes={first["features"][0]: 40}, background=5, progress=False)
        self.assertEqual(changed["changed"], first["features"][:1])
        with self.assertRaises(ModelsmithError) as raised:
            self.model.explain(rows=[10 ** 6], progress=False)
        self.assertEqual(raised.exception.code, "model.noSuchRow")

    def test_is_told_why_predictions_of_code_are_not_explained(self):
        rows = rows_of(ATTRITION)[:1] if pandas is None else rows_of(ATTRITION).iloc[:1]
        with self.assertRaises(ModelsmithError) as raised:
            self.deployment.predict(rows, explanations=3)
        self.assertEqual(raised.exception.code, "serving.unexplained")
        self.assertIn("cannot be explained with the request", str(raised.exception))

    def test_is_told_that_a_model_has_no_prediction_parameters(self):
        rows = rows_of(ATTRITION)[:1] if pandas is None else rows_of(ATTRITION).iloc[:1]
        for predict in (self.deployment.predict, lambda data, parameters: self.model.predict(data, False, parameters)):
            with self.assertRaises(ModelsmithError) as raised:
                predict(rows, parameters={"quantile": 0.9})
            self.assertEqual(raised.exception.code, "model.parameters")

    def test_grants_a_credential_whose_values_nobody_can_read(self):
        credential = self.server.credentials.create(unique("Warehouse"), "database", {"user": "reader", "password": "never shown"})
        self.assertEqual(credential.fieldNames, ["password", "user"])
        self.assertNotIn("never shown", repr(credential.fields))
        self.assertFalse(credential.grant(self.task, "WAREHOUSE")["predictions"])
        grant = credential.grant(self.task, "WAREHOUSE", predictions=True)
        self.assertTrue(grant["predictions"])
        self.assertEqual(grant["variables"], ["WAREHOUSE_PASSWORD", "WAREHOUSE_USER"])
        self.assertEqual([each["taskName"] for each in credential.grants()], [self.task.name])
        credential.revoke(self.task)
        self.assertEqual(credential.grants(), [])
        credential.refresh()
        credential.delete()

    def test_keeps_a_column_as_text_when_told_so(self):
        with contextlib.redirect_stderr(io.StringIO()):
            data = self.server.datasets.upload([{"zip": "00123", "y": 1}, {"zip": "04567", "y": 2}], unique("zips"))
            data.change_types(zip="text")
        self.assertEqual([column["type"] for column in data.latest["columns"]], ["text", "integer"])
        data.delete()
        with self.assertRaises(ModelsmithError) as raised:
            self.server.datasets.get(data.id)
        self.assertEqual(raised.exception.status, 404)

    def test_makes_no_version_of_unchanged_content(self):
        before = self.task.latest["id"]
        self.task.upload_version(os.path.join(EXAMPLES, "tasks", "attrition-risk"))
        self.assertEqual(self.task.latest["id"], before)

    def test_raises_what_was_wrong_in_the_code_with_its_line(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in {"custom.py": BROKEN_TASK, "model-metadata.yaml": BROKEN_METADATA}.items():
                with open(os.path.join(folder, name), "w") as file:
                    file.write(text)
            task = self.server.tasks.upload(folder, name=unique("Broken"))
        graph = {"nodes": [{"id": "broken", "taskVersion": task.latest["id"], "inputs": [NUMBERS]}]}
        shown = io.StringIO()
        with contextlib.redirect_stderr(shown), self.assertRaises(ModelsmithError) as raised:
            self.project.train(("Broken", graph))
        self.assertIn("nothing to learn", str(raised.exception))
        self.assertIn("custom.py", str(raised.exception))
        self.assertIn("line 3", str(raised.exception))
        self.assertIn("looking at", shown.getvalue())
        self.assertIn("failed", shown.getvalue())

    def test_raises_the_servers_words_for_a_wrong_token(self):
        with self.assertRaises(ModelsmithError) as raised:
            connect(token="msk_wrong").me()
        self.assertEqual((raised.exception.status, raised.exception.code), (401, "account.wrongToken"))
        self.assertTrue(raised.exception.hint)

    def test_says_where_nobody_answers(self):
        with self.assertRaises(ModelsmithError) as raised:
            connect("http://127.0.0.1:9", "msk_any").me()
        self.assertEqual(raised.exception.code, "client.unreachable")


if __name__ == "__main__":
    unittest.main()
