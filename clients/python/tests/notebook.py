"""A notebook that hosts an estimator of the scikit-learn beside it, and another program that asks it by the printed snippet.

Against the server of MODELSMITH_SERVER and MODELSMITH_TOKEN. Prints the versions, the proof and the answers as JSON.
"""

import json
import os
import subprocess
import sys
import tempfile

import numpy
import pandas
import sklearn
from modelsmith.client import connect
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

random = numpy.random.RandomState(3)
data = pandas.DataFrame(
    {
        "age": random.normal(40, 12, 300).round(1),
        "income": random.lognormal(10, 0.5, 300).round(2),
        "city": random.choice(["Zurich", "Basel", "Bern"], 300),
    }
)
leaves = numpy.where(data["age"] + random.normal(0, 8, 300) > 45, "stays", "leaves")
server = connect()


def ask(hosted, rows):
    """What another program gets that runs the lines which the notebook printed."""
    lines = "rows = %r\n%s\nimport json\nprint(json.dumps(answer.to_dict('records')))" % (
        json.loads(rows.to_json(orient="records")),
        hosted.snippet,
    )
    return json.loads(subprocess.check_output([sys.executable, "-c", lines], env=os.environ).decode("utf-8"))


def trust():
    """Take archives of this server itself."""
    key = server.http.json("GET", "/signing-key")["publicKey"]
    known = server.http.json("GET", "/trusted-installations")["items"]
    if not any(each["publicKey"] == key for each in known):
        server.http.json("POST", "/trusted-installations", {"name": "Itself", "publicKey": key})


def labels():
    """A pipeline on a frame; the application calls a column otherwise, and an id comes back."""
    columns = ColumnTransformer(
        [("numbers", StandardScaler(), ["age", "income"]), ("places", OneHotEncoder(handle_unknown="ignore"), ["city"])]
    )
    model = make_pipeline(columns, RandomForestClassifier(n_estimators=20, random_state=0)).fit(data, leaves)
    rows = data.assign(id=["case %d" % at for at in range(len(data))])
    hosted = server.registered_models.create("Who leaves %s" % sklearn.__version__).host(
        model, rows, fields={"city": "place"}, pass_through=["id"], progress=False
    )
    some = rows.head(3).rename(columns={"city": "place"})[["id", "place", "income", "age"]]
    # A release answers a file without its deployment.
    in_file = server.registered_models.get(hosted.release["registeredModelId"]).predict(some, progress=False)
    assert in_file.columns[:2].tolist() == ["id", "prediction"] and in_file["id"].tolist() == some["id"].tolist()
    assert in_file["prediction"].tolist() == model.predict(data.head(3)).tolist()
    # As an archive it is taken wherever its key is trusted, and answers the same.
    registered = server.registered_models.get(hosted.release["registeredModelId"])
    trust()
    with tempfile.TemporaryDirectory() as folder:
        archive = registered.export(os.path.join(folder, "release.zip"))
        again = server.registered_models.import_release(archive, name="Again")
    assert again.predict(some, progress=False).equals(in_file)
    assert again.lineage()["origin"]["modelName"] == registered.name
    assert registered.tag(["approved"])["tags"] == ["approved"]
    assert registered.compare(hosted.release["id"], hosted.release["id"])["facts"] == []
    return hosted.proof, ask(hosted, some), [str(each) for each in model.predict(data.head(3))]


def numbers():
    """An estimator fitted on an array, which keeps no names of its columns."""
    model = LinearRegression().fit(data[["age", "income"]].values, data["age"] * 2 - data["income"] / 1000)
    hosted = server.registered_models.create("How much %s" % sklearn.__version__).host(
        model, data[["age", "income"]], progress=False
    )
    return hosted.proof, ask(hosted, data[["income", "age"]].head(2)), model.predict(data[["age", "income"]].values[:2]).tolist()


for case in (labels, numbers):
    proof, answers, expected = case()
    print(
        json.dumps(
            {
                "case": case.__name__,
                "python": "%d.%d" % sys.version_info[:2],
                "scikit-learn": sklearn.__version__,
                "state": proof["state"],
                "rows": proof["rows"],
                "columns": proof["columns"],
                "answers": answers,
                "expected": expected,
            }
        )
    )
