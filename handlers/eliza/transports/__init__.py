"""How agents' replies reach a client: in the response, as an event stream, or by websocket."""
