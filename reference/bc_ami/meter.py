"""A smart meter: gets or makes its signing keys, and reports usage (IS-R5, R9, R11, R12)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from reference.bc_ami import credentials
from reference.bc_ami.credentials import MeterCredentials
from reference.bc_ami.messages import (
    REQUEST,
    SUBMISSION,
    TRANSACTION,
    Receipt,
    Recipient,
    RegisteredKey,
    RegistrationRequest,
    RegistrationResponse,
    RegistrationSubmission,
    Usage,
)
from reference.bc_ami.rules import Rules
from reference.crypto import signing
from reference.crypto.encoding import Malformed
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.effects import Effects, Refused, Sent


@dataclass(frozen=True)
class Meter:
    """A meter's memory. `emissions` are its own log of what it reported, in increasing time.

    `epoch` is that of its next registration, `confirmed` are the times of reports for which it holds a receipt.
    """

    rules: Rules
    recipient: Recipient
    hid: bytes
    credentials: MeterCredentials
    keys: tuple[KeyPair, ...] = ()
    emissions: tuple[Usage, ...] = ()
    epoch: int = 0
    confirmed: tuple[int, ...] = ()


@dataclass(frozen=True)
class AskForKey:
    """Time to register: send (HID, reg_req)."""


@dataclass(frozen=True)
class TakeKey:
    """The contract's answer has come, through the concentrator."""

    response: bytes


@dataclass(frozen=True)
class SubmitKey:
    """Draw a key pair from this randomness, and register it for `epoch`: by default the meter's next."""

    randomness: Randomness
    epoch: int | None = None


@dataclass(frozen=True)
class Report:
    """Report `usage` under the key `public`; `registered` are the meter's keys that the ledger shows now."""

    public: bytes
    usage: Usage
    registered: tuple[RegisteredKey, ...]
    randomness: Randomness


@dataclass(frozen=True)
class TakeReceipt:
    """A receipt of the MDMS arrives, from whoever sent it."""

    receipt: bytes


Event = AskForKey | TakeKey | SubmitKey | Report | TakeReceipt


def step(meter: Meter, event: Event) -> tuple[Meter, Effects]:
    """The meter's answer to an event; a refused event leaves it unchanged."""
    try:
        match event:
            case AskForKey():
                return _ask(meter)
            case TakeKey():
                return _take(meter, event.response)
            case SubmitKey():
                return _submit(meter, event)
            case Report():
                return _report(meter, event)
            case TakeReceipt():
                return _take_receipt(meter, event.receipt)
    except Malformed as malformed:
        return meter, (Refused("encoding", str(malformed), ("IS-R6", "IS-R11")),)


def forget(meter: Meter) -> Meter:
    """The meter without the emissions that no rule asks for: its clock compares with the last one only."""
    return replace(meter, emissions=meter.emissions[-1:], confirmed=meter.confirmed[-1:])


def _ask(meter: Meter) -> tuple[Meter, Effects]:
    if meter.rules.key_generation != "contract":
        return meter, (Refused("key_generation", "a meter draws its own keys", ("IS-C5",)),)
    chain = meter.recipient.chain
    request = RegistrationRequest(meter.hid)
    shown = meter.credentials.show(meter.rules.credential, request.signed_part(chain))
    return meter, (Sent(REQUEST, replace(request, credential=shown).encode(chain)),)


def _take(meter: Meter, data: bytes) -> tuple[Meter, Effects]:
    response = RegistrationResponse.decode(meter.recipient.chain, data)
    secret = credentials.unwrap(meter.rules.credential, meter.credentials.channel, response.public, response.secret)
    if response.hid != meter.hid or secret is None:
        return meter, (Refused("credential", "the answer is not for this meter", ("IS-R6",)),)
    pair = signing.pair_from_secret(secret)
    if pair is None or pair.public != response.public:
        return meter, (Refused("key range", "the private key is not that of the public key", ("IS-C6",)),)
    return replace(meter, keys=(*meter.keys, pair)), ()


def _submit(meter: Meter, event: SubmitKey) -> tuple[Meter, Effects]:
    if meter.rules.key_generation != "meter":
        return meter, (Refused("key_generation", "the contract draws the keys", ("IS-R6",)),)
    epoch = meter.epoch if event.epoch is None else event.epoch
    if epoch < meter.epoch:
        return meter, (Refused("epochs", "the meter has submitted a key for this epoch or a later one", ("IS-C12",)),)
    chain = meter.recipient.chain
    pair = KeyPair.generate(event.randomness)
    submission = RegistrationSubmission(meter.hid, epoch, pair.public)
    shown = meter.credentials.show(meter.rules.credential, submission.signed_part(chain))
    message = replace(submission, credential=shown).proven(chain, pair)
    after = replace(meter, keys=(*meter.keys, pair), epoch=epoch + 1)
    return after, (Sent(SUBMISSION, message.encode(chain)),)


def _take_receipt(meter: Meter, data: bytes) -> tuple[Meter, Effects]:
    chain = meter.recipient.chain
    receipt = Receipt.decode(chain, data)
    if meter.rules.receipts == "none":
        return meter, (Refused("receipts", "the meter expects no receipts", ("IS-C33",)),)
    signed = signing.verify(meter.recipient.receipts, receipt.signed_part(chain), receipt.signature)
    if meter.rules.receipts == "signed" and not signed:
        return meter, (Refused("receipts", "the MDMS has not signed this receipt", ("IS-C33",)),)
    if receipt.hid != meter.hid or all(usage.time != receipt.time for usage in meter.emissions):
        return meter, (Refused("receipts", "the receipt is for no report that the meter remembers", ("IS-C33",)),)
    if receipt.time in meter.confirmed:
        return meter, (Refused("receipts", "the meter has this receipt already", ("IS-C33",)),)
    return replace(meter, confirmed=(*meter.confirmed, receipt.time)), ()


def _report(meter: Meter, event: Report) -> tuple[Meter, Effects]:
    pair = next((key for key in meter.keys if key.public == event.public), None)
    if pair is None:
        return meter, (Refused("own key", "the meter does not have this private key", ("IS-R21",)),)
    shown = next((key for key in event.registered if key.public == event.public), None)
    if shown is None:
        return meter, (Refused("registration", "the ledger does not show this key for the meter", ("IS-R9",)),)
    if meter.emissions and event.usage.time <= meter.emissions[-1].time:
        return meter, (Refused("meter clock", "the meter has already reported for this time or later", ("IS-R11",)),)
    epoch = shown.named(meter.rules.epochs)
    transaction = meter.recipient.report(meter.hid, pair, event.usage, event.randomness, epoch)
    after = replace(meter, emissions=(*meter.emissions, event.usage))
    return after, (Sent(TRANSACTION, transaction.encode(meter.recipient.chain)),)
