"""A study on disk: where it is, what its spec files say, and the register of the ids that it cites."""
