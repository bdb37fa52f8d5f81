"""A protocol as a Markdown book: `formulas` (mathematical notation) <- `chapters` (a machine) <- `book` (the whole)."""
