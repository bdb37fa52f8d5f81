"""Evidence: what a check found out, as files that somebody else can verify without the study and without trust in us.

Layout: `ir_writing`, `ir_reading` (a system as JSON both ways), `manifest` (a folder's files with their SHA-256)
<- `record` (checks as rows that name their files) <- `bundle` (all files of a folder); and `findings`
<- `obligations`, `entries` (one part of a row, verified) <- `verify` (a whole folder).

A folder holds:

    manifest.json      versions, and the SHA-256 of every other file
    checks.json        the rows: plans, controls, seeds, scopes, verdicts, and the files of each
    ir/                each system that was checked, by its hash
    traces/            violations, witnesses and caught controls in ITF
    obligations/       what each proof had to show, in SMT-LIB
"""
