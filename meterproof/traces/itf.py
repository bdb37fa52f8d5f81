"""Traces in the Informal Trace Format (ITF), which Apalache, Quint and several viewers read.

The format: https://apalache-mc.org/docs/adr/015adr-trace.html. Files end in `.itf.json`.

Layout: `itf_values` (values both ways) <- `itf_writing` (a trace to text) and `itf_reading` (text to a
trace, re-run on the interpreter).
"""

from meterproof.traces.itf_reading import Header, parse, parse_header, read, read_header
from meterproof.traces.itf_writing import FORMAT, document, write

__all__ = ["FORMAT", "Header", "document", "parse", "parse_header", "read", "read_header", "write"]
