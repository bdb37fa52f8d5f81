"""An attack told in numbered sentences: what each party did, what the reference said, and what it proves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from rich.text import Text

from meterproof.real.exploit import ExploitResult
from meterproof.real.features import Result
from meterproof.real.play import Refusal
from meterproof.traces.sentences import action_of, sentence, source_note


def story(result: Result) -> Text:
    """The attempt as text with styles; adversary's steps and refusals stand out."""
    attack, attempt = result.attack, result.attempt
    text = Text()
    where = attempt.target + (f" ({attempt.reading})" if attempt.reading else "")
    text.append(f"{attack.name} on {where}: {attack.title}\n", "bold")
    text.append(f"  aims at {aim(result)} [{' '.join(attack.cites)}]\n", "dim")
    for line in found(result):
        text.append(f"  {line}\n", "dim")
    for number, (said, needs, effects, refusal) in enumerate(_steps(result), 1):
        _tell(text, number, said, needs, effects, refusal)
    good = result.outcome == "fails"
    text.append(f"  {conclusion(result)}\n", "bold green" if good else "bold red")
    if not result.as_expected:
        text.append(f"  ! expected that it {attempt.expected}; {why_not(result)}\n", "bold red")
    return text


def aim(result: Result) -> str:
    """What it is meant to break: a guarantee of the model, or a sentence about bytes."""
    if isinstance(result, ExploitResult):
        return f"{result.attack.breaks}: {result.attack.goal}"
    return f"{result.attack.breaks}, {result.attack.claim.title}"


def found(result: Result) -> Iterator[str]:
    """Where the schedule that is played comes from, and what was searched or tried beside it."""
    attempt = result.attempt
    if isinstance(result, ExploitResult):
        yield "played on bytes only: no schedule of the model stands behind it"
        if result.control is not None:
            came = "succeeds" if result.control.reached else "fails too"
            yield f"the same exploit without {attempt.found_without} {came}"
        return
    if result.possible:
        yield f"found by the model at {result.trace.instance.scope}"
        return
    left_out = f", and without {', '.join(sorted(result.attack.without))}," if result.attack.without else ""
    yield f"the model searched {result.searched:,} states with these moves{left_out} and found no way"
    instead = f"without {attempt.found_without}" if attempt.found_without else f"at {result.trace.instance.scope}"
    if attempt.found_as is not None:
        instead = f"where {attempt.found_without} is {attempt.found_as!r}"
    yield f"played: the schedule that works {instead}, against real keys and parties at {result.played.instance.scope}"


def _steps(result: Result) -> Iterator[tuple[str, str | None, Iterable[Any], Refusal | None]]:
    """Each step as a sentence with its sources, the capability that it needs, its effects, and what stopped it."""
    if isinstance(result, ExploitResult):
        for deed in result.account.deeds:
            adversary = f" (adversary: {deed.needs})" if deed.needs else ""
            cites = f" [{' '.join(deed.cites)}]" if deed.cites else ""
            yield deed.sentence + adversary + cites, deed.needs, deed.effects, deed.refusal
        return
    instance = result.trace.instance
    for played in result.played.steps:
        action = action_of(instance, played.step)
        said = sentence(instance, played.step) + source_note(action)
        yield said, action.needs, played.effects, played.refusal


def _tell(text: Text, number: int, said: str, needs: str | None, effects: Iterable[Any], why: Refusal | None) -> None:
    text.append(f"  {number}. {said}\n", "yellow" if needs is not None else "")
    for effect in effects:
        data = getattr(effect, "data", None)
        if isinstance(data, bytes):
            text.append(f"       on the wire: {effect.kind}, {len(data)} bytes {data[-6:].hex()}\n", "dim")
    if why is not None:
        cites = f" [{' '.join(why.cites)}]" if why.cites else ""
        text.append(f"       REFUSED by {why.rule}: {why.reason}{cites}\n", "green")


def conclusion(result: Result) -> str:
    """What came of it, in a sentence."""
    steps, refused = result.steps, len(result.refusals)
    if isinstance(result, ExploitResult):
        if result.outcome == "succeeds":
            return f"It succeeds: {result.account.shown}."
        return f"It fails: {refused} of {steps} steps were refused; {result.account.shown}."
    broken = result.attack.breaks
    if result.outcome == "succeeds":
        return f"It succeeds: every step was taken, and the real bytes violate {broken}."
    return f"It fails: {refused} of {steps} steps were refused, and the real bytes still satisfy {broken}."


def why_not(result: Result) -> str:
    """In what it is not as expected."""
    if isinstance(result, ExploitResult):
        weak = result.control is not None and not result.control.reached
        return "it fails without the rule, too" if weak else f"it {result.outcome}"
    differing = [f"step {i}: {', '.join(s.differs)}" for i, s in enumerate(result.played.steps, 1) if s.differs]
    return "model and bytes differ at " + "; ".join(differing) if differing else f"it {result.outcome}"
