"""What suppliers of equipment get to see, and what their word is worth (Zhao et al. 2023, sections 3.2 and 5.3).

Suppliers put their internal tests on the chain, and the power company its demands (ZD-R25). Rivals share the chain, and
who shall see what is not said; there are sub-ledgers, to which an administrator maps data (ZD-R10, ZD-C22). Hardened,
the chain has salted digests only, and what they stand for goes from one supplier's node to the company's and back; a
third one gets it if the supplier has signed that it may. That the company tells nobody is taken for granted.

`SupplierTests` are the tests. The chain keeps what a supplier says, and the company is to test less for it (ZD-C22).
Hardened, a test is what an instrument has signed, and the supplier signs that it is the product's own. The instrument
can't know which piece it is shown. So the company draws pieces after their tests are on the chain and tests them
itself: a test that does not agree with that is the supplier's fault, by its own signature. How likely the company is to
draw a false one is a matter of sampling plans, and not of this machine. Instruments that are out of order are not
modelled, nor are products that change.
"""

from meterproof.lang import Protocol, action, adding, choice, exists, ite, require, rigid, var
from model.vocabulary import ADMIN, LEDGER, SUPPLIER, SWAP, Product, Statement, Subledger, Supplier, Value


class Suppliers(Protocol):
    """Any number of suppliers, sub-ledgers, and statements that are for one supplier's eyes and the company's."""

    sub_ledgers = choice(
        "one-ledger", "mapped", "private-collections", removed="one-ledger", cites=["ZD-R10", "ZD-R25", "ZD-C22"],
        doc="Where statements of one supplier are: on the ledger that all have; on a sub-ledger, as an administrator "
        "maps them; or with supplier and company, and whom the supplier lets see them, under a digest on the ledger.",
    )  # fmt: skip

    theirs = rigid(Supplier, doc="the supplier is one of those who make up the adversary")
    of = rigid(Statement, to=Supplier, doc="whose test it is, or for whom the demand is meant")

    used = var(Subledger, doc="the sub-ledger is set up")
    mapped = var(Supplier, Subledger, doc="statements of the supplier go to the sub-ledger")
    member = var(Subledger, Supplier, doc="the supplier has the sub-ledger")
    consented = var(Supplier, Supplier, doc="the first supplier has signed that the second may see its statements")
    posted = var(Statement, doc="the statement is made, and on whichever ledger its kind is")
    placed = var(Statement, Subledger, doc="the sub-ledger has the statement")
    learnt = var(Statement, doc="the adversary has read the statement")

    @action(cites="ZD-R10")
    def set_up(s, b: Supplier, k: Subledger):
        """The sub-ledger {k} is set up for {b} alone."""
        require(s.rules.sub_ledgers == "mapped", "ZD-R10", rule="sub_ledgers")
        require(~s.used[k] & ~exists(Subledger, lambda j: s.mapped[b, j]))
        return s.set(used={k: True}, mapped={(b, k): True}, member={(k, b): True})

    @action(cites="ZD-R25")
    def post(s, x: Statement):
        """{x} is made, and entered on the ledger, or its digest is."""
        require(s.rules.sub_ledgers != "mapped", "ZD-R25", rule="sub_ledgers")
        require(~s.posted[x])
        return s.set(posted={x: True})

    @action(cites="ZD-R10 ZD-R25")
    def post_to(s, x: Statement, k: Subledger):
        """{x} is made, and entered on the sub-ledger {k}, to which its supplier's statements go."""
        require(s.rules.sub_ledgers == "mapped", "ZD-R10", rule="sub_ledgers")
        require(~s.posted[x] & s.mapped[s.of[x], k])
        return s.set(posted={x: True}, placed={(x, k): True})

    @action(cites="ZD-C22")
    def consent(s, b: Supplier, a: Supplier):
        """{b} signs that {a} may see its statements, and where there are sub-ledgers {a} gets {b}'s."""
        require((a != b) & ~s.consented[b, a])
        return s.set(consented={(b, a): True}, member=adding(lambda k, c: (c == a) & s.mapped[b, k]))

    @action(needs=ADMIN, cites="ZD-R10 ZD-C17 ZD-C22")
    def admit(s, k: Subledger, a: Supplier):
        """A dishonest administrator gives the sub-ledger {k} to {a}."""
        require(s.rules.sub_ledgers == "mapped", "ZD-C22", rule="sub_ledgers")
        require(s.used[k] & ~s.member[k, a])
        return s.set(member={(k, a): True})

    @action(needs=ADMIN, cites="ZD-R10 ZD-C17 ZD-C22")
    def remap(s, b: Supplier, k: Subledger):
        """A dishonest administrator has {b}'s statements go to the sub-ledger {k} from now on."""
        require(s.rules.sub_ledgers == "mapped", "ZD-C22", rule="sub_ledgers")
        require(s.used[k] & ~s.mapped[b, k])
        return s.set(mapped=lambda c, j: ite(c == b, j == k, s.mapped[c, j]), member={(k, b): True})

    @action(needs=LEDGER, cites="ZD-R25 ZD-C22")
    def read(s, a: Supplier, x: Statement):
        """{a}, a supplier in the adversary, reads {x} on what it has of the ledger, or as it was sent."""
        require(s.theirs[a] & s.posted[x] & ~s.learnt[x])
        require(can_see(s, a, x), "ZD-C22", rule="sub_ledgers")
        return s.set(learnt={x: True})


class SupplierTests(Protocol):
    """Any number of suppliers, products and results that a test may have."""

    supplier_tests = choice(
        "own-word", "instrument-signed", removed="own-word", cites=["ZD-R25", "ZD-C22"],
        doc="What a supplier's test on the chain is: whatever is entered in its name; or a result for this product "
        "that an instrument has signed, with the supplier's own signature.",
    )  # fmt: skip

    dishonest = rigid(Supplier, doc="the supplier enters what it likes")
    maker = rigid(Product, to=Supplier, doc="whose product it is")
    true = rigid(Product, to=Value, doc="what a proper test of the product finds")

    attested = var(Product, Value, doc="an instrument has signed this result as the product's")
    posted = var(Product, Value, doc="the chain has this result of the product, as its maker's own test")
    signed = var(Product, Value, doc="the maker has signed that this is its own test of the product")
    sampled = var(Product, doc="the company has drawn the product, once its test was on the chain, and tested it")
    charged = var(Product, doc="its maker is charged with a false test of the product")

    @action(cites="ZD-R25 ZD-C22")
    def measure(s, p: Product, v: Value):
        """An instrument tests {p}, finds {v} and signs it."""
        require((s.true[p] == v) & ~s.attested[p, v])
        return s.set(attested={(p, v): True})

    @action(needs=SWAP, cites="ZD-C22")
    def measure_another(s, p: Product, q: Product, v: Value):
        """A dishonest maker shows the instrument {q} in place of {p}; it finds {v}, and signs that for {p}."""
        require(s.dishonest[s.maker[p]] & (s.true[q] == v) & ~s.attested[p, v])
        return s.set(attested={(p, v): True})

    @action(cites="ZD-R25 ZD-C22")
    def post(s, p: Product, v: Value):
        """The maker of {p} tests it, finds {v} and enters that on the chain."""
        require(s.attested[p, v] & (s.true[p] == v))
        return _posting(s, p, v, by_maker=True)

    @action(needs=SUPPLIER, cites="ZD-R25 ZD-C22")
    def post_at_will(s, p: Product, v: Value):
        """The dishonest maker of {p} enters {v} as its own test."""
        require(s.dishonest[s.maker[p]])
        if s.rules.supplier_tests == "instrument-signed":
            require(s.attested[p, v], "ZD-C22", rule="supplier_tests")
        return _posting(s, p, v, by_maker=True)

    @action(needs=SUPPLIER, cites="ZD-C22")
    def post_for_another(s, b: Supplier, p: Product, v: Value):
        """The dishonest {b} enters {v} as a test of {p} by its maker, which it is not."""
        require(s.rules.supplier_tests == "own-word", "ZD-C22", rule="supplier_tests")
        require(s.dishonest[b] & (s.maker[p] != b))
        return _posting(s, p, v, by_maker=False)

    @action(cites="ZD-R25 ZD-C22")
    def sample(s, p: Product):
        """The company draws {p}, whose test is on the chain, and tests it with an instrument of its own."""
        require(is_posted(s, p) & ~s.sampled[p])
        return s.set(sampled={p: True})

    @action(cites="ZD-C22")
    def charge(s, p: Product, v: Value):
        """The company has found another result of {p} than {v}, which is on the chain, and charges its maker."""
        require(is_found_false(s, p, v) & ~s.charged[p])
        return s.set(charged={p: True})


def can_see(s, a, x):
    """The supplier has the statement: by itself, on a ledger of its own, or as its supplier lets it."""
    own = s.of[x] == a
    if s.rules.sub_ledgers == "one-ledger":
        return True
    if s.rules.sub_ledgers == "mapped":
        return own | exists(Subledger, lambda k: s.member[k, a] & s.placed[x, k])
    return own | s.consented[s.of[x], a]


def is_posted(s, p):
    """The chain has a test of the product."""
    return exists(Value, lambda v: s.posted[p, v])


def is_found_false(s, p, v):
    """The company knows that the result on the chain is not the product's."""
    return s.sampled[p] & s.posted[p, v] & (s.true[p] != v)


def _posting(s, p, v, *, by_maker):
    """The result is on the chain, and signed by the maker where that is asked for and it is the maker who enters it."""
    require(~is_posted(s, p))
    signed = by_maker and s.rules.supplier_tests == "instrument-signed"
    return s.set(posted={(p, v): True}, signed={(p, v): True}) if signed else s.set(posted={(p, v): True})
