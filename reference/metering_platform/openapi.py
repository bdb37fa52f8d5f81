"""The platform's OpenAPI 3.1 description, made of the same table and schemas that requests are dispatched by.

python -m reference.metering_platform.openapi > description.json
"""

from __future__ import annotations

import json
from typing import Any

from reference.metering_platform.handle import ROUTES
from reference.metering_platform.routing import Route
from reference.metering_platform.schemas import ERROR, NAME

REFUSED = {"$ref": "#/components/responses/Refused"}


def description() -> dict[str, Any]:
    """The description as JSON values."""
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Metering platform",
            "version": "1",
            "summary": "Metering data of three classes on a consortium chain (Zhao et al. 2023)",
            "description": "Every answer of 4xx tells the rule that refuses, a reason, and the rule's sources;"
            " so does 503, where a change can't be written down.",
        },
        "paths": paths,
        "components": {
            "schemas": {"Error": ERROR},
            "responses": {
                "Refused": {
                    "description": "Nothing has changed.",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
                }
            },
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "possession": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "dpop",
                    "description": "A proof by RFC 9449 that the token's holder has the key that it names.",
                },
            },
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": NAME} for name in route.parameters
    ] + [
        {"name": name, "in": "query", "required": name in route.required_query, "schema": schema}
        for name, schema in route.query.items()
    ]  # fmt: skip
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "tags": [route.service],
        "parameters": parameters,
        "responses": {
            **{str(status): _answer(schema) for status, schema in route.responses.items()},
            "4XX": REFUSED,
            **({"503": REFUSED} if route.changes else {}),
        },
        "security": [{"token": [], "possession": []}] if route.dimensions else [],
        "x-dimensions": sorted(route.dimensions),
        "x-roles": sorted(route.roles),
        "x-cites": list(route.cites),
    }
    if route.body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": route.body}}}
    return operation


def _answer(schema: Any) -> dict[str, Any]:
    return {"description": "As asked.", "content": {"application/json": {"schema": schema}}}


if __name__ == "__main__":
    print(json.dumps(description(), indent=1))
