"""The graphs of users and groups: episodes, the facts learned from them, and the nodes of facts."""
