"""Runs the server of `understudy serve`: in this process, or in several workers."""

from __future__ import annotations

import argparse
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from understudy.commands.output import print_notice
from understudy.commands.serve.app import app_of
from understudy.commands.serve.banner import banner, print_document_warnings
from understudy.commands.serve.monitoring import metrics_of, observers_of
from understudy.commands.serve.replay import print_replay_notes
from understudy.commands.serve.store import database_of, open_database, print_warnings
from understudy.commands.serve.tls import tls_of
from understudy.commands.serve.token import token_of

if TYPE_CHECKING:
    from understudy.app import Understudy
    from understudy.commands.serve.reloader import Reloader
    from understudy.runtime.stores.database import Database
    from understudy.serving.processes.supervisor import Serve, Supervisor


def run(options: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM."""
    from understudy.http.control_access import ControlAccess
    from understudy.serving import server
    from understudy.serving.processes.worker_options import check_system, check_workers

    check_system(options.workers)
    gc.disable()  # nothing that is made at the start becomes garbage; the server enables it again
    token = token_of(options)
    supervisor = _supervisor(options) if options.workers > 1 else None
    listener = supervisor.reserved if supervisor else server.listen(options.host, options.port)
    access = ControlAccess(options.host, token, address=listener.getsockname()[0])
    database = database_of(options)
    load = partial(
        app_of, options, access, database, partial(observers_of, options), metrics_of(options)
    )
    reloader = None if not options.reload else _reloader(options, database, load)
    app = load() if reloader is None else reloader.app
    is_shared = database is not None and database.is_shared
    check_workers(app.served, app.replay, options.workers, options.unshared, is_shared)
    print_document_warnings(app.served)
    print_replay_notes(app.replay)
    with tls_of(options, app) as tls:
        app.namespaces.shared.scheme = "http" if tls is None else "https"
        url = server.url_of(listener, app.namespaces.shared.scheme)

        def ready() -> None:
            print_notice(banner(url, app, options, tls))
            if reloader is not None:
                reloader.start()

        serve = partial(
            server.run,
            reloader or app,
            log_level=options.log_level,
            methods={o.method for api in app.served for o in api.contract.operations},
            request_timeout=options.request_timeout,
            tls=None if tls is None else tls.context,
        )
        if supervisor is not None:
            return _supervise(supervisor, serve, ready, app, database)
        with _opened(database, app):
            serve(listener, ready=ready)
    return 0


def _reloader(
    options: argparse.Namespace, database: Database | None, load: Callable[..., Understudy]
) -> Reloader:
    """Return the app that is loaded anew, imported only if that is asked for. Raises UsageError."""
    from understudy.commands.serve.reloader import Reloader, check_reload

    check_reload(options, database)
    return Reloader(options, load)


@contextmanager
def _opened(database: Database | None, app: Understudy) -> Iterator[None]:
    """Open the database, if there is one, and close it at the end."""
    if database is None:
        yield
        return
    open_database(database, app.served)
    print_warnings(database)
    try:
        yield
    finally:
        database.close()


def _supervise(
    supervisor: Supervisor,
    serve: Serve,
    ready: Callable[[], None],
    app: Understudy,
    database: Database | None,
) -> int:
    """Serve by several workers. What is wrong with the database is said once, and not by each."""
    with _opened(database, app):
        pass
    after_fork = None if database is None else database.open
    return supervisor.run(serve, ready=ready, after_fork=after_fork)


def _supervisor(options: argparse.Namespace) -> Supervisor:
    """Return what runs the workers, imported only if there are several. Raises UsageError."""
    from understudy.serving.processes.supervisor import Supervisor

    return Supervisor(options.host, options.port, options.workers)
