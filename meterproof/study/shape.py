"""The shape of a TOML file, checked by pydantic; its errors are told by line, with the description of the field."""

from __future__ import annotations

from types import UnionType
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, RootModel, ValidationError
from pydantic_core import ErrorDetails

from meterproof.errors import InputError, nearest
from meterproof.study.problems import refuse
from meterproof.study.toml import Document, KeyPath

M = TypeVar("M", bound=BaseModel)


def read(model: type[M], document: Document) -> M:
    """The document as an instance of `model`; InputError with every key that is missing, unknown or of a wrong type."""
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        refuse(_problem(model, document, detail) for detail in error.errors())
        raise  # pydantic never raises without an error to tell


def _problem(model: type[BaseModel], document: Document, detail: ErrorDetails) -> InputError:
    path: KeyPath = detail["loc"]
    key = ".".join(map(str, path))
    keys, description = _place(model, path)
    match detail["type"]:
        case "missing":
            return document.error(path, f"{key} is missing", description)
        case "extra_forbidden":
            return document.error(path, f"unknown key {key}{nearest(str(path[-1]), keys)}", ", ".join(keys))
    return document.error(path, f"{key} cannot be {detail['input']!r}", description)


def _place(model: type[BaseModel], path: KeyPath) -> tuple[tuple[str, ...], str | None]:
    """The keys of the innermost table on the path, and the description of the innermost field on it."""
    annotation: Any = model.model_fields["root"].annotation if issubclass(model, RootModel) else model
    keys: tuple[str, ...] = ()
    description: str | None = None
    for part in path:
        if isinstance(annotation, UnionType):  # an optional table
            annotation = get_args(annotation)[0]
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            keys = tuple(annotation.model_fields)
            field = annotation.model_fields.get(str(part))
            description, annotation = (field.description, field.annotation) if field else (None, None)
        else:
            annotation = next(reversed(get_args(annotation)), None)
    return keys, description
