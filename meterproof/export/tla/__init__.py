"""TLA+ for TLC and Apalache: `terms` (expressions, sets, types) <- `module` (the protocol) <- `run` (finite worlds)."""
