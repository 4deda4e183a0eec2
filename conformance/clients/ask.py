"""Asks a deployment through clients of others; prints what each was answered, as one JSON object.

Takes a JSON object on standard input: address (host and port of the prediction process), deployment, token, rows (columns by name).
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile

import numpy as np
import pandas as pd

given = json.load(sys.stdin)
address, deployment, token = given["address"], given["deployment"], given["token"]
frame = pd.DataFrame(given["rows"])
bearer = {"Authorization": f"Bearer {token}"}


def answer(labels, probabilities):
    return {
        "prediction": [label.decode() if isinstance(label, bytes) else str(label) for label in labels],
        "probabilities": np.asarray(probabilities, dtype=np.float64).reshape(len(frame), -1).tolist(),
    }


def triton(binary):
    import tritonclient.http as http

    client = http.InferenceServerClient(address)
    assert client.is_server_live() and client.is_model_ready(deployment, headers=dict(bearer))
    metadata = client.get_model_metadata(deployment, headers=dict(bearer))
    assert [each["name"] for each in metadata["inputs"]] == list(frame)
    inputs = []
    for name in frame:
        tensor = http.InferInput(name, [len(frame)], "FP64")
        tensor.set_data_from_numpy(frame[name].to_numpy(np.float64), binary_data=binary)
        inputs.append(tensor)
    outputs = [http.InferRequestedOutput(name, binary_data=binary) for name in ("prediction", "probabilities")]
    result = client.infer(deployment, inputs, outputs=outputs, headers=dict(bearer), request_id="seven")
    assert result.get_response()["id"] == "seven"
    return answer(result.as_numpy("prediction"), result.as_numpy("probabilities"))


def kserve():
    from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig

    async def ask():
        client = InferenceRESTClient(RESTConfig(protocol="v2"))
        base = f"http://{address}"
        assert await client.is_model_ready(base, deployment, headers=dict(bearer))
        inputs = [InferInput(name, [len(frame)], "FP64", frame[name].tolist()) for name in frame]
        request = InferRequest(model_name=deployment, infer_inputs=inputs)
        result = await client.infer(base, request, model_name=deployment, headers=dict(bearer))
        values = {output.name: output.data for output in result.outputs}
        return answer(values["prediction"], values["probabilities"])

    return asyncio.run(ask())


def mlflow():
    from mlflow.pyfunc.scoring_server.client import ScoringServerClient

    host, port = address.split(":")
    with tempfile.NamedTemporaryFile("w", suffix=".netrc") as file:
        # It sends no header of its own choice, but the password of a host that it knows.
        file.write(f"machine {host} login token password {token}\n")
        file.flush()
        os.environ["NETRC"] = file.name
        client = ScoringServerClient(host, f"{port}/api/v1/deployments/{deployment}")
        client.ping()
        rows = client.invoke(frame).get_predictions()
    probabilities = rows[[name for name in rows if name.startswith("probability_")]]
    return answer(rows["prediction"], probabilities)


def curl():
    asked = ["curl", "-sf", f"http://{address}/api/v1/deployments/{deployment}/predictions"]
    asked += ["-H", f"Authorization: Bearer {token}", "-H", "Content-Type: application/json"]
    body = json.dumps({"rows": frame.to_dict("records")})
    said = subprocess.run([*asked, "-d", body], check=True, capture_output=True).stdout
    rows = json.loads(said)["predictions"]
    return answer([row["prediction"] for row in rows], [list(row["probabilities"].values()) for row in rows])


def modelsmith():
    from modelsmith.client import connect

    found = connect(f"http://{given['server']}", token=token).deployments.get(deployment).predict(frame)
    return answer(found["prediction"], found[[name for name in found if name.startswith("probability_")]])


asked = {
    "curl": curl,
    "modelsmith": modelsmith,
    "tritonclient, JSON": lambda: triton(False),
    "tritonclient, binary": lambda: triton(True),
    "kserve": kserve,
    "mlflow": mlflow,
}
print(json.dumps({name: ask() for name, ask in asked.items()}))
