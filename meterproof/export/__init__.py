"""A traced system in the notations of other tools, as text: functions of the IR alone, so that nothing can drift.

Layout: `names` (identifiers that a notation accepts), `parts` (what there is to print) <- `notation` (expressions as
text: one traversal, a table for each notation) <- `tla` (module, wrapper, configurations), `book` (Markdown).
`unfold` (an instance without quantifiers) <- `promela`, which prints with `notation` too. `subjects` (the machines of a
check's jobs) <- `formats` (every format, file by file). `spin` runs Promela: the one module with effects.
"""
