"""The routes of the platform by concern. Each module has `ROUTES`; `handle` joins them into one table."""
