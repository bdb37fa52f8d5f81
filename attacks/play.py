"""`python -m attacks.NAME`: one attack alone, through the same command as `meterproof attack NAME`."""

import sys

from meterproof.real.attack import Attack
from meterproof.real.exploit import Exploit


def main(attack: Attack | Exploit) -> None:
    """Play all attempts of an attack and exit with the command's code."""
    from meterproof.cli import main as command

    sys.exit(command(["attack", attack.name, *sys.argv[1:]]))
