"""Something is done aside while a crew works: it gives what it would have given here, and its errors are told here."""

import os
import sys

import pytest

from meterproof.check.aside import Aside
from meterproof.errors import InputError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")


def test_it_is_done_in_another_process() -> None:
    there = Aside(os.getpid).result()
    assert there != os.getpid()


def test_what_it_raises_is_raised_here() -> None:
    def refuses() -> int:
        raise InputError("no such thing", allowed="another")

    with pytest.raises(InputError, match="no such thing"):
        Aside(refuses).result()


def test_one_that_was_killed_is_done_here() -> None:
    here = os.getpid()

    def dies_elsewhere() -> int:
        if os.getpid() != here:
            os._exit(9)
        return os.getpid()

    assert Aside(dies_elsewhere).result() == here


def test_it_can_be_given_up() -> None:
    def never() -> None:
        while True:
            pass

    aside = Aside(never)
    aside.stop()
    assert not aside._process.is_alive()
