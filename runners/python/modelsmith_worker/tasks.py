"""A task folder as Python sees it: its modules, its hooks, and how they are called."""

import importlib.util
import inspect
import os
import sys

from .failures import ContractError

HOOKS = ("init", "fit", "load_model", "predict", "predict_proba", "score", "transform")
_MODULE = "custom"


class Task(object):
    """One task folder. Tasks of a session take turns: each brings its own modules and search path."""

    def __init__(self, name, code_dir):
        self.name = name
        self.code_dir = code_dir
        self._modules = {}
        self._module = None
        self._class = None

    def activate(self):
        """Make this task's modules and path the session's."""
        if self.code_dir not in sys.path:
            sys.path.insert(0, self.code_dir)
        sys.modules.update(self._modules)
        if self._module is None:
            self._load()
        return self

    def deactivate(self):
        """Put this task's modules and path away."""
        prefix = self.code_dir + os.sep
        for name, module in list(sys.modules.items()):
            if (getattr(module, "__file__", None) or "").startswith(prefix):
                self._modules[name] = sys.modules.pop(name)
        sys.path[:] = [path for path in sys.path if path != self.code_dir]

    def _load(self):
        path = os.path.join(self.code_dir, "custom.py")
        specification = importlib.util.spec_from_file_location(_MODULE, path)
        module = importlib.util.module_from_spec(specification)
        sys.modules[_MODULE] = module
        try:
            specification.loader.exec_module(module)
        except BaseException:
            sys.modules.pop(_MODULE, None)
            raise
        self._module = module
        self._class = None if self._has_functions() else self._find_class()
        init = getattr(module, "init", None)
        if self._class is None and callable(init):
            call(init, {"code_dir": self.code_dir})

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
                "custom.py has several classes with hooks: %s." % ", ".join(item.__name__ for item in found),
                "Name the one that is the task CustomTask.",
            )
        raise ContractError(
            "task.noHooks",
            "custom.py has none of the hooks %s." % ", ".join(HOOKS[1:]),
            "Define them as functions, or as methods of a class named CustomTask.",
        )

    @property
    def is_class(self):
        return self._class is not None

    def new_object(self):
        """A fresh object of the class form."""
        thing = self._class()
        init = getattr(thing, "init", None)
        if callable(init):
            call(init, {"code_dir": self.code_dir})
        return thing

    def hook(self, name, thing=None):
        """A function, a method of the fitted object, or None."""
        owner = thing if self.is_class else self._module
        hook = getattr(owner, name, None)
        return hook if callable(hook) else None


def call(hook, offered, positional=()):
    """Call a hook: positional arguments first; of the offered ones those that it names, all of them when it takes **kwargs."""
    parameters = inspect.signature(hook).parameters
    takes_all = any(parameter.kind == parameter.VAR_KEYWORD for parameter in parameters.values())
    named = [name for name, parameter in parameters.items() if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)]
    taken = set(named[: len(positional)])
    arguments = {name: value for name, value in offered.items() if name not in taken and (name in named or (takes_all and value is not None))}
    return hook(*positional, **arguments)
