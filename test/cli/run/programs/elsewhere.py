"""Imports what no machine has."""

import nowhere_to_be_found.deeply  # noqa: F401

try:
    import as_is_this  # noqa: F401
except ImportError:
    pass
