"""Intake of half-hourly meter readings: files of the two Low Carbon London layouts become readings, rejects and gaps.

    tally = Tally()
    with rejects_file("rejects.csv") as refuse:
        for record in tally.watch(read_readings("readings.csv")):
            if isinstance(record, Reject):
                refuse(record)
    report = tally.report()

Everything but `files` is pure: `read_lines` takes the lines of a file from anywhere.
"""

from meterproof.readings.files import read_readings, rejects_file, write_rejects
from meterproof.readings.intake import read_lines
from meterproof.readings.layout import LAYOUTS, RAW, SHORT, Layout
from meterproof.readings.records import HALF_HOUR, Gap, Reading, Reason, Record, Reject
from meterproof.readings.report import IntakeReport, Tally, summarise

__all__ = [
    "HALF_HOUR",
    "LAYOUTS",
    "RAW",
    "SHORT",
    "Gap",
    "IntakeReport",
    "Layout",
    "Reading",
    "Reason",
    "Record",
    "Reject",
    "Tally",
    "read_lines",
    "read_readings",
    "rejects_file",
    "summarise",
    "write_rejects",
]
