"""Artifacts: what `fit` wrote, and how a fitted object comes back from it."""

import inspect
import os
import pickle

from .failures import PICKLING, ContractError

_NATIVE = (".pkl", ".joblib", ".pth", ".h5")
_CLASS_FILE = "task.pkl"


def list_files(folder):
    """Paths of all files below a folder, sorted."""
    found = []
    for place, _, names in os.walk(folder):
        found.extend(os.path.relpath(os.path.join(place, name), folder) for name in names)
    return sorted(found)


def native_files(folder):
    """Paths of the files that are fitted objects by their format."""
    return [path for path in list_files(folder) if path.lower().endswith(_NATIVE)]


def save_object(thing, folder):
    """Save a class form's object that wrote no artifact itself."""
    try:
        with open(os.path.join(folder, _CLASS_FILE), "wb") as file:
            pickle.dump(thing, file, protocol=4)
    except Exception as error:
        raise ContractError(
            "task.notPicklable",
            "The fitted object cannot be saved: %s" % error,
            PICKLING,
        )


def load(task, folder):
    """The fitted object: through `load_model`, else from exactly one artifact of a native format."""
    if not task.is_class:
        loader = task.hook("load_model")
        if loader is not None:
            return loader(folder)
        return _load_native(folder)
    if os.path.exists(os.path.join(folder, _CLASS_FILE)):
        with open(os.path.join(folder, _CLASS_FILE), "rb") as file:
            return pickle.load(file)
    thing = task.new_object()
    loader = task.hook("load_model", thing)
    if loader is None:
        loaded = _load_native(folder)
        return loaded if type(loaded) is type(thing) else _adopt(thing, loaded)
    loaded = loader(folder)
    return loaded if type(loaded) is type(thing) else _adopt(thing, loaded)


def _adopt(thing, loaded):
    """What the class form's `load_model` returned is its fitted object."""
    if loaded is not None and not hasattr(thing, "model"):
        thing.model = loaded
    return thing


def _load_native(folder):
    found = native_files(folder)
    if len(found) != 1:
        there = ", ".join(list_files(folder)) or "nothing"
        raise ContractError(
            "task.artifacts",
            "There are %d artifacts that can be loaded without load_model (%s); exactly one was expected. fit wrote: %s." % (len(found), ", ".join(_NATIVE), there),
            "Write one such file, or define load_model(code_dir).",
        )
    try:
        return _read_native(os.path.join(folder, found[0]))
    except MemoryError:
        raise
    except Exception as error:
        raise ContractError(
            "task.artifactUnreadable",
            "The artifact %s cannot be loaded: %s: %s" % (found[0], type(error).__name__, error),
            "Write it with pickle.dump or joblib.dump, or define load_model(code_dir).",
        )


def _read_native(path):
    if path.lower().endswith(".pth"):
        return _load_torch(path)
    if path.lower().endswith(".h5"):
        from tensorflow import keras

        # It is loaded to predict: losses and metrics, which may be the code's own, are not needed.
        return keras.models.load_model(path, compile=False)
    if path.lower().endswith(".joblib"):
        import joblib

        return joblib.load(path)
    return _load_pickle(path)


def _load_torch(path):
    import torch

    # Newer versions read nothing but tensors unless they are asked to.
    whole = {"weights_only": False} if "weights_only" in inspect.signature(torch.load).parameters else {}
    loaded = torch.load(path, map_location="cpu", **whole)
    if isinstance(loaded, torch.nn.Module):
        # As it was saved it may still drop units at random and learn from what it sees.
        loaded.eval()
    return loaded


def _load_pickle(path):
    try:
        with open(path, "rb") as file:
            return pickle.load(file)
    except Exception as error:
        # Files of joblib often bear the name .pkl.
        import joblib

        try:
            return joblib.load(path)
        except Exception:
            raise error
