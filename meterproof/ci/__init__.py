"""Checks and audits for continuous integration: JUnit XML, SARIF, GitHub's annotations, and findings that are accepted.

`items` has what they share: one guarantee as a test item. `of_check` and `of_audit` make items, `accepted` marks those
that somebody took responsibility for, `junit`, `sarif` (with `baseline`) and `github` write them down.
"""
