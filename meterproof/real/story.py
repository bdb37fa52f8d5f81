"""An attack told in numbered sentences: what each party did, what the reference said, and what it proves."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from meterproof.real.attack import AttackResult
from meterproof.real.play import PlayedStep
from meterproof.traces.sentences import action_of, sentence, source_note


def story(result: AttackResult) -> Text:
    """The attempt as text with styles; adversary's steps and refusals stand out."""
    attack, attempt = result.attack, result.attempt
    text = Text()
    where = attempt.target + (f" ({attempt.reading})" if attempt.reading else "")
    text.append(f"{attack.name} on {where}: {attack.title}\n", "bold")
    text.append(f"  aims at {attack.claim.id}, {attack.claim.title} [{' '.join(attack.cites)}]\n", "dim")
    for line in _found(result):
        text.append(f"  {line}\n", "dim")
    for number, played in enumerate(result.played.steps, 1):
        _tell(text, result, number, played)
    good = result.outcome == "fails"
    text.append(f"  {_verdict(result)}\n", "bold green" if good else "bold red")
    if not result.as_expected:
        text.append(f"  ! expected that it {attempt.expected}; {_why_not(result)}\n", "bold red")
    return text


def _found(result: AttackResult) -> Iterator[str]:
    attempt = result.attempt
    if result.possible:
        yield f"found by the model at {result.trace.instance.scope}"
        return
    yield f"the model searched {result.searched:,} states with these moves and found no way"
    instead = f"without {attempt.found_without}" if attempt.found_without else f"at {result.trace.instance.scope}"
    yield f"played: the schedule that works {instead}, against real keys and parties at {result.played.instance.scope}"


def _tell(text: Text, result: AttackResult, number: int, played: PlayedStep) -> None:
    instance = result.trace.instance
    action = action_of(instance, played.step)
    style = "yellow" if action.needs is not None else ""
    text.append(f"  {number}. {sentence(instance, played.step)}{source_note(action)}\n", style)
    for effect in played.effects:
        data = getattr(effect, "data", None)
        if isinstance(data, bytes):
            text.append(f"       on the wire: {effect.kind}, {len(data)} bytes {data[-6:].hex()}\n", "dim")
    if played.refusal is not None:
        cites = f" [{' '.join(played.refusal.cites)}]" if played.refusal.cites else ""
        text.append(f"       REFUSED by {played.refusal.rule}: {played.refusal.reason}{cites}\n", "green")


def _verdict(result: AttackResult) -> str:
    claim = result.attack.claim
    if result.outcome == "succeeds":
        return f"It succeeds: every step was taken, and the real bytes violate {claim.id}."
    refused = sum(s.refusal is not None for s in result.played.steps)
    steps = len(result.played.steps)
    return f"It fails: {refused} of {steps} steps were refused, and the real bytes still satisfy {claim.id}."


def _why_not(result: AttackResult) -> str:
    differing = [f"step {i}: {', '.join(s.differs)}" for i, s in enumerate(result.played.steps, 1) if s.differs]
    return "model and bytes differ at " + "; ".join(differing) if differing else f"it {result.outcome}"
