"""A driver's names and docstrings as a person reads them."""

from __future__ import annotations

import pytest

from pyrolab_gui.viewmodels.label_text import humanise, inside, plain_doc, summary_of


@pytest.mark.parametrize(
    ("name", "unit", "label"),
    [
        ("power", "", "Power"),
        ("diode_current", "mA", "Diode current"),
        ("IDN", "", "IDN"),
        ("idn", "", "IDN"),
        ("peakHold", "", "Peak hold"),
        ("_hidden", "", "Hidden"),
        ("read_ADC_channel", "", "Read ADC channel"),
        ("x", "", "X"),
        ("power_dbm", "dBm", "Power (dBm)"),
        ("power_dbm", "", "Power (dBm)"),
        ("start_nm", "", "Start (nm)"),
        ("delay_us", "", "Delay (µs)"),
        ("step_um", "µm", "Step (µm)"),
        ("bias_v", "V", "Bias (V)"),
        ("bias_v", "", "Bias v"),
        ("noise_rms", "V", "Noise RMS"),
        ("pid_gain", "", "PID gain"),
        ("device_id", "", "Device ID"),
        ("fft_points", "", "FFT points"),
        ("nm", "nm", "Nm"),
        ("channel_uv", "", "Channel (µV)"),
        ("lamp_uv", "W", "Lamp UV"),
        ("__", "", "__"),
    ],
)
def test_names_become_labels(name: str, unit: str, label: str):
    assert humanise(name, unit) == label


def test_inside_a_sentence_abbreviations_stay():
    assert [inside(each) for each in ("Sweep", "IDN", "PID gain", "X", "Power (dBm)")] == [
        "sweep",
        "IDN",
        "PID gain",
        "x",
        "power (dBm)",
    ]


@pytest.mark.parametrize(
    ("doc", "text"),
    [
        ("Takes ``|stop - start| / speed`` seconds.", "Takes |stop - start| / speed seconds."),
        ("Below `start` for a *downward* sweep.", "Below start for a downward sweep."),
        ("See :meth:`~drivers.Laser.sweep` and :py:func:`math.sin`.", "See sweep and sin."),
        ("Read the `manual <https://example.org/x>`_ first.", "Read the manual first."),
        ("Read [the manual](https://example.org) **first**.", "Read the manual first."),
        ("a * b * c and *args, **kwargs", "a * b * c and *args, **kwargs"),
        ("2*x*y and m_1 stay", "2*x*y and m_1 stay"),
        (".. note:: Warm up first.", "Warm up first."),
        ("Form::", "Form:"),
        ("plain", "plain"),
    ],
)
def test_docs_lose_their_marks(doc: str, text: str):
    assert plain_doc(doc) == text


def test_the_summary_is_the_first_paragraph_in_one_line():
    assert summary_of("Sweep the\nwavelength.\n\nIt takes\nlong.") == ("Sweep the wavelength", "It takes\nlong.")
    assert summary_of("") == ("", "")
