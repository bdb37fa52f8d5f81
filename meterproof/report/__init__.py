"""Reports: one HTML file each, which loads nothing, for people who were not there.

Layout: `markup` (elements that escape all text) <- `glossary` (what a citation opens) and `diagram`, `histories`
(a run as a picture, and as the values of variables) <- `explorer` (a run to be stepped through) and `page` (title,
sections, what is cited) <- `parts` <- `checks`, `runs`, `audits`, `matrices`, `days`: a page for each verb. `day_lanes`
<- `timeline_looks` <- `timeline` draw a day. `assets/` has the style and the script that every page carries.
"""
