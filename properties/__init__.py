"""What must hold of the studied protocols, against which adversary, and how each guarantee is tried."""
