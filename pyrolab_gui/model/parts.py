"""Values of an entry that have keys of their own: limits, sampling, the files of TLS.

Each may also be written in the short form that most labs want. Limits: validated by themselves; whether a member is
there is known to the driver only.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_serializer, model_validator

from pyrolab_gui.model.values import Number, OrEmpty, Period


class Part(BaseModel):
    """Something with keys: an unknown key is refused, and nothing is changed in place."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=True)


Change: TypeAlias = Annotated[Number, Field(gt=0)]


class Limits(Part):
    """Bounds of one number; they narrow those of the driver, never widen them."""

    ge: Number | None = Field(None, title="At least", description="The smallest value that is accepted.")
    gt: Number | None = Field(None, title="More than", description="Values must be greater than this.")
    le: Number | None = Field(None, title="At most", description="The greatest value that is accepted.")
    lt: Number | None = Field(None, title="Less than", description="Values must be smaller than this.")
    step: Change | None = Field(None, title="Step", description="The largest change that is made at once.")
    rate: Change | None = Field(None, title="Rate", description="The largest change per second.")
    ramp: bool = Field(
        False, title="Ramp", description="Make a larger change in steps, which can be stopped, instead of refusing it."
    )

    @model_validator(mode="after")
    def _ramp_has_a_step(self) -> Limits:
        if self.ramp and self.step is None and self.rate is None:
            raise ValueError("ramp needs a step or a rate")
        return self

    @model_serializer
    def _as_written(self) -> dict[str, Any]:
        return {name: value for name, value in self if value is not None and value is not False}


class Sampling(Part):
    """How the daemon reads one member by itself; a bare number in the file is the period."""

    period: Period = Field(
        title="Period",
        description="The time from one reading to the next.",
        json_schema_extra={"unit": "s"},
    )
    when: Literal["always", "idle"] = Field(
        "always",
        title="When",
        description="idle leaves a reading out while a client uses the instrument or has locked it.",
    )

    @model_serializer
    def _as_written(self) -> float | dict[str, Any]:
        return self.period if self.when == "always" else {"period": self.period, "when": self.when}


def _bounds(value: Any) -> Any:
    """Accept ``min`` and ``max`` for the bounds that include their value."""
    if not isinstance(value, dict):
        return value
    words = {"min": "ge", "max": "le"}
    for word, other in words.items():
        if word in value and other in value:
            raise ValueError(f"{word} and {other} are two words for one bound; write one of them")
    return {words.get(key, key): bound for key, bound in value.items()}


def _period(value: Any) -> Any:
    return value if isinstance(value, dict | Sampling) else {"period": value}


def _whole_set(files: dict[TlsFile, str]) -> dict[TlsFile, str]:
    if files and "folder" not in files and not {"certificate", "key"} <= files.keys():
        raise ValueError("TLS needs a folder, or a certificate and its key")
    return files


TlsFile: TypeAlias = Literal["folder", "certificate", "key", "ca"]

LimitsByMember = Annotated[dict[str, Annotated[Limits, BeforeValidator(_bounds)]], OrEmpty]
SamplingByMember = Annotated[dict[str, Annotated[Sampling, BeforeValidator(_period)]], OrEmpty]
TlsFiles = Annotated[dict[TlsFile, Annotated[str, Field(min_length=1)]], OrEmpty, AfterValidator(_whole_set)]
"""Files that prove who a process is. A folder holds certificate.pem, key.pem and ca.pem."""
