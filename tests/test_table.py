"""Rows: columns in their fixed order, numbers as plain decimals."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpiextract.model import LEDGER_COLUMNS, READING_COLUMNS, LedgerEntry, Reading
from kpiextract.table import LEDGER, READINGS, ledger_row, plain, reading_row


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("5.310E+4", "53100"),
        ("53100.000", "53100"),
        ("0.120", "0.12"),
        ("1E-7", "0.0000001"),
        ("-3.50", "-3.5"),
        ("0E+3", "0"),
        ("-0.00", "0"),
        ("100", "100"),
        ("1E+30", "1" + "0" * 30),
        ("12345678901234567890123456789012345.678900", "12345678901234567890123456789012345.6789"),
    ],
)
def test_a_number_is_written_plainly(number, text):
    assert plain(Decimal(number)) == text


@pytest.mark.parametrize("number", ["NaN", "Infinity"])
def test_what_is_no_number_is_refused(number):
    with pytest.raises(ValueError, match="not a number"):
        plain(Decimal(number))


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_written_number_is_the_number(number):
    """Exact at any length, and never with an exponent."""
    text = plain(number)
    assert Decimal(text) == number
    assert "E" not in text
    assert not ("." in text and text.endswith("0"))


def test_the_columns_are_those_of_the_promise():
    assert " ".join(READINGS.header) == (
        "doc section indicator indicator_id category name kind value value_high unit bound aspect direction compare "
        "status period period_source scope evidence quantity start end line rule"
    )
    assert " ".join(LEDGER.header) == ("doc start end line numeral value value_high kind unit bound became edtf rule")


def test_a_row_has_the_cells_in_the_order_of_the_columns():
    reading = Reading(**{name: f"<{name}>" for name in READING_COLUMNS})
    entry = LedgerEntry(**{name: f"<{name}>" for name in LEDGER_COLUMNS})
    assert reading_row(reading) == tuple(f"<{name}>" for name in READINGS.header)
    assert ledger_row(entry) == tuple(f"<{name}>" for name in LEDGER.header)
