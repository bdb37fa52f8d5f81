"""What the verbs on contracts print alike: heads, requests and decisions, for people and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from meterproof import __version__
from meterproof.errors import InputError

if TYPE_CHECKING:
    from meterproof.contracts import Contract, Decision, Request


def head(contract: Contract) -> dict[str, Any]:
    """Which contract it is."""
    from meterproof.contracts import digest

    return {
        "file": contract.file,
        "contract": contract.name,
        "contract_version": contract.version,
        "activation_height": contract.activation_height,
        "policy": contract.policy,
        "otherwise": contract.otherwise,
        "rules": len(contract.rules),
        "digest": digest(contract),
    }


def document(**parts: Any) -> dict[str, Any]:
    """A document of this version; nothing here is drawn, so there is no seed."""
    return {"version": __version__, "seed": None, **parts}


def request_row(request: Request | None) -> dict[str, Any] | None:
    """A request: its words, and as `contract decide --request` takes it."""
    from meterproof.contracts.request import spelled
    from meterproof.contracts.wording import request_text

    if request is None:
        return None
    return {
        "who": request.who,
        "service": request.service,
        "action": request.action,
        "data": request.data,
        "jurisdiction": request.jurisdiction,
        "amount": None if request.amount is None else request.amount.value,
        "unit": request.unit,
        "at": request.at,
        "request": spelled(request),
        "says": request_text(request),
    }


def decision_row(contract: Contract, decision: Decision | None) -> dict[str, Any] | None:
    """A decision without the other rules."""
    from meterproof.contracts.wording import decision_text

    if decision is None:
        return None
    return {
        "outcome": decision.outcome,
        "rule": decision.rule,
        "law": decision.law,
        "conflict": decision.conflict,
        "unknown": list(decision.unknown),
        "says": decision_text(contract, decision),
    }


def title(contract: Contract) -> str:
    """The first line about a contract."""
    told = f"{counted(len(contract.rules), 'rule')}, {contract.policy}, otherwise {contract.otherwise}"
    return f"[bold]{contract.label}[/] ({contract.file}): {told}"


def counted(number: int, what: str) -> str:
    """Such as `1 fault` or `2 faults`."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def seconds(timeout: float) -> float:
    """The time that z3 may take for one answer; InputError unless it is above 0."""
    if not timeout > 0:
        raise InputError(f"z3 can't answer in {timeout:g} s", allowed="--timeout with more than 0 seconds")
    return timeout
