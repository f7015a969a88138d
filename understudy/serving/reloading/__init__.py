"""What `serve --reload` is made of: watched files, modules that are loaded anew, state that fits.

Namespaces outlive an app: their journals, faults, clocks and what else does not depend on documents
and handlers. Records move to the next app as far as they fit.
"""
