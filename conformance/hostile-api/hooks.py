"""What Schemathesis asks and is told: counts of answers for each operation, and requests that would end the run itself."""

import atexit
import collections
import json
import os

import schemathesis

EXAMPLES = json.loads(os.environ["HOSTILE_API_EXAMPLES"])
SPARED = set(json.loads(os.environ["HOSTILE_API_SPARED"]))
COUNTS = collections.defaultdict(collections.Counter)


def _operation(case):
    return case.operation.definition.raw.get("operationId", case.operation.label)


@schemathesis.hook
def before_call(context, case, kwargs):
    """An example keeps its ids, where Schemathesis would take some that it saw, such as of a deployment that still starts.

    The asker's own token and account, and the first administrator, are looked at but never ended.
    """
    if case.meta is not None and case.meta.phase.name == "examples":
        paths = [example["path"] for example in EXAMPLES.get(_operation(case), []) if "path" in example]
        if paths:
            case.path_parameters = dict(paths[0])
    named = (case.path_parameters or {}).get("id")
    if case.method.upper() != "GET" and named in SPARED:
        case.path_parameters = dict(case.path_parameters, id="person_0000000000000000")


@schemathesis.hook
def after_call(context, case, response):
    """Everything that was answered, of whatever phase and with whatever token."""
    COUNTS[_operation(case)][response.status_code] += 1


def _write():
    with open(os.environ["HOSTILE_API_COUNTS"], "w") as file:
        json.dump(COUNTS, file)


atexit.register(_write)
