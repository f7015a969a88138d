#!/usr/bin/env python3
"""Tell whether the server of this container is ready, by the exit code: 0 if it is, else 1.

The image has it as `health-check`. It imports nothing of the server, since it runs every few
seconds, and reads where the server listens from the same variables.
"""

from __future__ import annotations

import os
import ssl
import sys
from http.client import HTTPConnection, HTTPException, HTTPSConnection

#: In seconds; the health check itself has five, for two attempts.
TIMEOUT = 2
#: The address to connect to, where a server listens on every address.
LOOPBACK = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


def is_ready(host: str, port: int) -> bool:
    """Return whether the server answers 200, by HTTP or else by HTTPS: a file of options, too, may
    have chosen that. The certificate is not verified: nothing is sent but the question."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return _answers(HTTPConnection(host, port, timeout=TIMEOUT)) or _answers(
        HTTPSConnection(host, port, timeout=TIMEOUT, context=context)
    )


def _answers(connection: HTTPConnection) -> bool:
    try:
        connection.request("GET", "/_understudy/ready")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    host = os.environ.get("UNDERSTUDY_HOST", "")
    port = os.environ.get("UNDERSTUDY_PORT", "")  # of Kubernetes, perhaps: tcp://10.0.0.1:3000
    ready = is_ready(LOOPBACK.get(host, host), int(port) if port.isdigit() else 3000)
    sys.exit(0 if ready else 1)
