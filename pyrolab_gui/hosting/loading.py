"""Finding the class of a service: import its module and say in a sentence why that fails.

Limits: runs the module's code, so it belongs into a child process and nowhere else.
"""

from __future__ import annotations

import importlib
import inspect
import traceback

from pyrolab_gui.wire.errors import ConfigInvalid


def load_class(module: str, classname: str) -> type:
    """Import a module and return the class of that name in it.

    Raises
    ------
    ConfigInvalid
        With a sentence that names the module or the class, and the traceback as detail.
    """
    try:
        loaded = importlib.import_module(module)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if missing and (module == missing or module.startswith(missing + ".")):
            raise ConfigInvalid(
                f"There is no module named '{module}'"
                + (f" (there is no '{missing}')" if missing != module else "")
                + ": install it, or add its folder to the daemon's search paths.",
                _detail(error),
            ) from error
        raise ConfigInvalid(
            f"The module '{module}' needs '{missing}', which is not installed.",
            _detail(error),
        ) from error
    except (Exception, SystemExit) as error:
        message = " ".join(str(error).split()) or "no message"
        raise ConfigInvalid(
            f"The module '{module}' cannot be imported: {type(error).__name__}: {message}.",
            _detail(error),
        ) from error
    found = getattr(loaded, classname, None)
    if inspect.isclass(found):
        return found
    if found is not None:
        raise ConfigInvalid(f"'{classname}' in the module '{module}' is a {type(found).__name__}, not a class.")
    raise ConfigInvalid(f"There is no class '{classname}' in the module '{module}'{_hint(loaded, classname)}.")


def _hint(module: object, classname: str) -> str:
    import difflib

    classes = [name for name, thing in vars(module).items() if inspect.isclass(thing) and not name.startswith("_")]
    close = difflib.get_close_matches(classname, classes, n=1)
    folded = [name for name in classes if name.lower() == classname.lower()]
    for name in folded or close:
        return f" (did you mean '{name}'?)"
    own = [name for name in classes if getattr(module, name).__module__ == getattr(module, "__name__", "")]
    return f" (it has {', '.join(sorted(own)[:8])})" if own else ""


def _detail(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))
