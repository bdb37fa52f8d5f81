"""Two versions of a protocol compared: what a change did to its guarantees, by which rules, with a trace for each.

Layout: `outcome` (what comes out, as data). What is compared: `sides` (what BASE and HEAD mean) with `git`; `side` (its
own model code, in a process of its own) and `process` (that process, from here), which speak in `described` data;
`pairs`, and `asked` with `graft` (what can be asked of a side). What is found: `engines` with `cache`, `standing`,
`frontiers`, `statements`, `designs` with `extended` (plans at sizes that one design admits), `behaviours` with
`novelties`. What became of it: `classify` <- `guarantees`, with `reasons` (`explain`, `differences`) <- `comparison`
(all of both sides) <- `both` (two versions). Told by `document`, `text`.
"""
