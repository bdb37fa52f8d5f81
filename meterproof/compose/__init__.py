"""A whole from its parts: what a theorem rests on, what that assumes, who gives it, and in which order."""
