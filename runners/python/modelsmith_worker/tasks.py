"""A task folder as Python sees it: its modules, its hooks, and how they are called."""

import importlib.util
import inspect
import os
import sys

from . import last_words
from .failures import ContractError

HOOKS = ("init", "fit", "load_model", "predict", "predict_proba", "score", "transform")
_MODULE = "custom"
_FILE = "custom.py"


class Task(object):
    """One task folder. Tasks of a session take turns: each brings its own modules and search path."""

    def __init__(self, name, code_dir, function=None):
        """With the name of a function, the module is asked for that one alone, and has no hooks."""
        self.name = name
        self.code_dir = code_dir
        self._function = function
        self._modules = {}
        self._foreign = frozenset()
        self._module = None
        self._class = None
        self._places = {}
        self._signatures = {}

    def activate(self):
        """Make this task's modules and path the session's."""
        if self.code_dir not in sys.path:
            sys.path.insert(0, self.code_dir)
        self._foreign = frozenset(sys.modules)
        sys.modules.update(self._modules)

    def deactivate(self):
        """Put this task's modules and path away."""
        prefix = self.code_dir + os.sep
        for name in sys.modules.keys() - self._foreign:
            if (getattr(sys.modules[name], "__file__", None) or "").startswith(prefix):
                self._modules[name] = sys.modules.pop(name)
        sys.path[:] = [path for path in sys.path if path != self.code_dir]

    def load(self):
        """Run the task's module, once, while the task is active."""
        if self._module is not None:
            return
        path = os.path.join(self.code_dir, _FILE)
        specification = importlib.util.spec_from_file_location(_MODULE, path)
        module = importlib.util.module_from_spec(specification)
        sys.modules[_MODULE] = module
        try:
            specification.loader.exec_module(module)
        except BaseException:
            sys.modules.pop(_MODULE, None)
            raise
        self._module = module
        self._class = None if self._function is not None or self._has_functions() else self._find_class()
        init = getattr(module, "init", None)
        if self._class is None and callable(init):
            self.call(init, {"code_dir": self.code_dir})

    def _has_functions(self):
        return any(inspect.isfunction(getattr(self._module, hook, None)) for hook in HOOKS if hook != "init")

    def _find_class(self):
        """`CustomTask`, or the one class of the module that has hooks as methods."""
        named = getattr(self._module, "CustomTask", None)
        if inspect.isclass(named):
            return named
        found = [
            item
            for item in vars(self._module).values()
            if inspect.isclass(item)
            and item.__module__ == _MODULE
            and any(callable(getattr(item, hook, None)) for hook in HOOKS if hook != "init")
        ]
        if len(found) == 1:
            return found[0]
        if found:
            raise ContractError(
                "task.classes",
                "Several classes have hooks: %s." % ", ".join(item.__name__ for item in found),
                "Name the one that is the task CustomTask.",
                {"file": _FILE},
            )
        raise ContractError(
            "task.noHooks",
            "None of the hooks is defined: %s." % ", ".join(HOOKS[1:]),
            "Define them as functions, or as methods of a class named CustomTask.",
            {"file": _FILE},
        )

    @property
    def is_class(self):
        return self._class is not None

    def new_object(self):
        """A fresh object of the class form."""
        asked = _required(self._class)
        if asked:
            raise ContractError(
                "task.signature",
                "%s asks for %s, which nobody gives." % (self._class.__name__, ", ".join(asked)),
                "Give every argument of __init__ a default: hyperparameters come to fit as parameters.",
                self.place_of(self._class.__init__),
            )
        thing = self._class()
        init = getattr(thing, "init", None)
        if callable(init):
            self.call(init, {"code_dir": self.code_dir})
        return thing

    def hook(self, name, thing=None):
        """A function, a method of the fitted object, or None."""
        owner = thing if self.is_class else self._module
        hook = getattr(owner, name, None)
        return hook if callable(hook) else None

    def place_of(self, hook):
        """File and line where a hook is defined; the file alone where that is not known."""
        code = getattr(inspect.unwrap(hook), "__code__", None) if hook is not None else None
        return dict(_remembered(self._places, code, self._place_of_code))

    def _place_of_code(self, code):
        if code is None or not code.co_filename.startswith(self.code_dir + os.sep):
            return {"file": _FILE}
        return {"file": os.path.relpath(code.co_filename, self.code_dir), "line": code.co_firstlineno}

    def call(self, hook, offered, positional=()):
        """Call a hook: positional arguments first, by name to the host; of the offered ones those that it names, all when it takes **kwargs."""
        values = [value for _, value in positional]
        arguments = self._arguments(hook, offered, [name for name, _ in positional])
        place = self.place_of(hook)
        last_words.running(os.path.join(self.code_dir, place["file"]), place.get("line", 1), getattr(hook, "__name__", "hook"))
        return hook(*values, **arguments)

    def _parameters(self, hook):
        # A function's are its own; what a method or another callable takes may change with its object.
        if not inspect.isfunction(hook):
            return _parameters_of(hook)
        return _remembered(self._signatures, hook, _parameters_of)

    def _arguments(self, hook, offered, positional):
        parameters = self._parameters(hook)
        takes_all = any(parameter.kind == parameter.VAR_KEYWORD for parameter in parameters)
        by_place = [parameter.name for parameter in parameters if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)]
        named = [parameter.name for parameter in parameters if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)]
        given = set(by_place[: len(positional)])
        asked = _required_of(parameters)
        unknown = [name for name in asked if name not in given and name not in offered]
        too_few = len(by_place) < len(positional) and not any(parameter.kind == parameter.VAR_POSITIONAL for parameter in parameters)
        if unknown or too_few:
            name = getattr(hook, "__name__", "The hook")
            raise ContractError(
                "task.signature",
                "%s asks for %s, which nobody gives." % (name, ", ".join(unknown)) if unknown else "%s takes %d arguments; it is given %s." % (name, len(by_place), " and ".join(positional)),
                "Write %s(%s, **kwargs)." % (name, ", ".join(positional + [each for each in offered if each in named] or list(offered))),
                self.place_of(hook),
            )
        return {name: value for name, value in offered.items() if name not in given and (name in named or (takes_all and value is not None))}


def _parameters_of(hook):
    return list(inspect.signature(hook).parameters.values())


_MOST_REMEMBERED = 64


def _remembered(known, key, work):
    """What `work` makes of the key, which is asked for with every row."""
    if key not in known:
        if len(known) >= _MOST_REMEMBERED:
            known.clear()
        known[key] = work(key)
    return known[key]


def _required(function):
    """Names of the arguments that a call must give."""
    try:
        return _required_of(inspect.signature(function).parameters.values())
    except ValueError:
        return []


def _required_of(parameters):
    return [parameter.name for parameter in parameters if parameter.default is parameter.empty and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)]
