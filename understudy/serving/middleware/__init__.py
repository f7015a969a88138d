"""The middleware list of a request, one module each, in Connexion's form and order.

Each keeps an operation object for every operation of every API, compiled when the app is built,
and hands the request on to the next one's operation for it. What passes between them is the
`RequestContext` in the ASGI scope. `app.py` has the list.
"""
