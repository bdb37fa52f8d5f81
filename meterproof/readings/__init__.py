"""Intake of half-hourly meter readings: files of the two Low Carbon London layouts become readings, rejects and gaps.

    tally = Tally()
    with rejects_file("rejects.csv") as refuse:
        for record in tally.watch(read_readings("readings.csv")):
            if isinstance(record, Reject):
                refuse(record)
    report = tally.report()

Everything but `files` is pure: `read_lines` takes the lines of a file from anywhere.
"""

from meterproof.readings.district import District, district
from meterproof.readings.files import read_readings, rejects_file, write_rejects
from meterproof.readings.intake import read_lines
from meterproof.readings.layout import LAYOUTS, RAW, SHORT, Layout
from meterproof.readings.records import HALF_HOUR, Gap, Reading, Reason, Record, Reject
from meterproof.readings.report import IntakeReport, Tally, summarise
from meterproof.readings.source import Source, from_file, resampled
from meterproof.readings.synthetic import Profile, Size, resample

__all__ = [
    "HALF_HOUR",
    "LAYOUTS",
    "RAW",
    "SHORT",
    "District",
    "Gap",
    "IntakeReport",
    "Layout",
    "Profile",
    "Reading",
    "Reason",
    "Record",
    "Reject",
    "Size",
    "Source",
    "Tally",
    "district",
    "from_file",
    "read_lines",
    "read_readings",
    "rejects_file",
    "resample",
    "resampled",
    "summarise",
    "write_rejects",
]
