"""Names and defaults of the parameters of a library's classes, as JSON on standard output.

    python scripts/algorithms/parameters.py sklearn           # any version of it
    python scripts/algorithms/parameters.py spark FIXTURES…   # from what saved models hold
"""

import importlib
import inspect
import io
import json
import pkgutil
import sys
import warnings
import zipfile

warnings.simplefilter("ignore")


def of_sklearn():
    import sklearn
    from sklearn.base import BaseEstimator

    found = {}
    for module in pkgutil.walk_packages(sklearn.__path__, "sklearn."):
        if ".tests" in module.name or "externals" in module.name or "._build" in module.name:
            continue
        try:
            members = vars(importlib.import_module(module.name))
        except Exception:
            continue
        for name, each in members.items():
            if not (inspect.isclass(each) and issubclass(each, BaseEstimator)) or name.startswith("_"):
                continue
            try:
                parameters = inspect.signature(each.__init__).parameters.values()
            except (TypeError, ValueError):
                continue
            found["sklearn." + name] = {
                one.name: None if one.default is one.empty else plain(one.default)
                for one in parameters
                if one.name != "self" and one.kind not in (one.VAR_KEYWORD, one.VAR_POSITIONAL)
            }
    return found


def plain(value):
    return value.__name__ if inspect.isclass(value) or inspect.isfunction(value) else repr(value)


def of_spark(paths):
    found = {}
    for path in paths:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if "metadata/part-" not in name or name.rsplit("/", 1)[-1].startswith("."):
                    continue
                try:
                    saved = json.loads(io.TextIOWrapper(archive.open(name), "utf-8").readline())
                except ValueError:
                    continue
                defaults = dict(saved.get("defaultParamMap", {}))
                known = found.setdefault(saved["class"], {})
                for one in saved.get("paramMap", {}):
                    known.setdefault(one, None)
                for one, value in defaults.items():
                    # Names that the library makes up for columns are no defaults.
                    made_up = isinstance(value, str) and saved.get("uid", "-") in value
                    known[one] = None if made_up else json.dumps(value)
    return found


if __name__ == "__main__":
    library, *paths = sys.argv[1:]
    print(json.dumps(of_sklearn() if library == "sklearn" else of_spark(paths), sort_keys=True))
