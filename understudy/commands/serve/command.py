"""Runs the server of `understudy serve`: in this process, or in several workers."""

from __future__ import annotations

import argparse
import gc
from functools import partial
from typing import TYPE_CHECKING

from understudy.commands.output import print_notice
from understudy.commands.serve.app import app_of
from understudy.commands.serve.banner import banner, print_document_warnings
from understudy.commands.serve.monitoring import observers_of
from understudy.commands.serve.store import database_of, open_database, print_warnings
from understudy.commands.serve.token import token_of

if TYPE_CHECKING:
    from understudy.serving.processes.supervisor import Supervisor


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
    app = app_of(options, access, database, partial(observers_of, options))
    is_shared = database is not None and database.is_shared
    check_workers(app.served, options.workers, options.unshared, is_shared)
    print_document_warnings(app.served)
    url = server.url_of(listener)

    def ready() -> None:
        print_notice(banner(url, app, options))

    serve = partial(
        server.run,
        app,
        log_level=options.log_level,
        methods={o.method for api in app.served for o in api.contract.operations},
        request_timeout=options.request_timeout,
    )
    if supervisor:
        if database is not None:  # what is wrong with it is said once, and not by each worker
            open_database(database, app.served)
            print_warnings(database)
            database.close()
        after_fork = None if database is None else database.open
        return supervisor.run(serve, ready=ready, after_fork=after_fork)
    if database is not None:
        open_database(database, app.served)
        print_warnings(database)
    try:
        serve(listener, ready=ready)
    finally:
        if database is not None:
            database.close()
    return 0


def _supervisor(options: argparse.Namespace) -> Supervisor:
    """Return what runs the workers, imported only if there are several. Raises UsageError."""
    from understudy.serving.processes.supervisor import Supervisor

    return Supervisor(options.host, options.port, options.workers)
