"""A traced system in the notations of other tools, as text: functions of the IR alone, so that nothing can drift.

Layout: `names` (identifiers that a notation accepts) <- `notation` (expressions as text: one traversal, a table for
each notation) <- `tla` (module, wrapper, configurations), `book` (Markdown). `unfold` (an instance without quantifiers)
<- `promela` (which prints with `notation` too) <- `spin` (runs it: the one module with effects).
"""
