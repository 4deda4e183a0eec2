"""What Schemathesis asks and is told: counts of answers for each operation, and requests that would end the run itself."""

import atexit
import collections
import json
import os

import schemathesis

EXAMPLES = json.loads(os.environ["HOSTILE_API_EXAMPLES"])
SPARED = set(json.loads(os.environ["HOSTILE_API_SPARED"]))
LASTING = set(json.loads(os.environ["HOSTILE_API_LASTING"]))
COUNTS = collections.defaultdict(lambda: collections.defaultdict(collections.Counter))
NOBODY = "person_0000000000000000"


def _operation(case):
    return case.operation.definition.raw.get("operationId", case.operation.label)


def _phase(case):
    return "none" if case.meta is None else case.meta.phase.name.value


def _uses_up(case):
    """Whether a request changes or ends what it names, as opposed to asking or adding to it."""
    method, path = case.method.upper(), case.operation.path
    return method in ("PUT", "PATCH", "DELETE") or path.endswith(("/owner", "/deactivation"))


@schemathesis.hook
def before_call(context, case, kwargs):
    """An example keeps its ids, where Schemathesis would take some that it saw, such as of a dataset that another example deletes.

    The asker's own token and account, and the first administrator, are looked at but never ended; what took long to make is asked, but stays.
    """
    is_example = _phase(case) == "examples"
    if is_example:
        examples = EXAMPLES.get(_operation(case), [])
        paths = [example["path"] for example in examples if "path" in example]
        if paths:
            case.path_parameters = dict(paths[0])
        if len(examples) == 1 and "body" in examples[0] and case.media_type == "application/json":
            case.body = examples[0]["body"]
    named = (case.path_parameters or {}).get("id")
    if (named in SPARED and case.method.upper() != "GET") or (named in LASTING and not is_example and _uses_up(case)):
        case.path_parameters = dict(case.path_parameters, id=NOBODY)


@schemathesis.hook
def after_call(context, case, response):
    """Everything that was answered, by the phase, of whatever token."""
    COUNTS[_phase(case)][_operation(case)][response.status_code] += 1


def _write():
    with open(os.environ["HOSTILE_API_COUNTS"], "w") as file:
        json.dump(COUNTS, file)


atexit.register(_write)
