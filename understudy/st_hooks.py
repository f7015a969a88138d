"""The hooks for Schemathesis's own command line, by SCHEMATHESIS_HOOKS=understudy.st_hooks."""

import schemathesis

from understudy.conformance.shape.hooks import HOOKS, register_formats

for _hook in HOOKS:
    schemathesis.hook(_hook)

register_formats()
