"""The state machines of the studied protocols: one file a concern, put together in one file a protocol."""
