"""Validators of single values, made from annotations.

Limits: imports pydantic_core, so this module is loaded at the first call with arguments.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from pydantic_core import SchemaValidator

from pyrolab_gui.hosting.schemas import ANYTHING, schema_of

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)


def validator_of(annotation: Any) -> Callable[[Any], Any] | None:
    """Return what checks and converts a value of this annotation, or None where nothing can be checked.

    The function that is returned raises a `ValueError` of pydantic_core, with its ``errors()``.
    """
    try:
        schema: Any = schema_of(annotation)
        if schema is ANYTHING:
            return None
        return SchemaValidator(schema).validate_python
    except Exception:
        log.debug("values of %r are not checked", annotation, exc_info=True)
        return None
