"""The necessity matrix: what each rule of a protocol buys, by what falls without it.

Layout: `change` (a rule taken away, or given another value) and `plans` (where a fall is looked for) <- `baseline` (a
guarantee of the unchanged protocol) <- `trial` (one guarantee under changed rules) <- `jointly` (trials that share
searches) <- `matrix` (all of them, and pairs) <- `findings` (what it says, in sentences) <- `table`, `document` (for
people, and as JSON).
"""

from meterproof.necessity.change import Change, changes_of
from meterproof.necessity.findings import Finding, findings
from meterproof.necessity.matrix import Matrix, Wish, necessity
from meterproof.necessity.trial import Trial

__all__ = ["Change", "Finding", "Matrix", "Trial", "Wish", "changes_of", "findings", "necessity"]
