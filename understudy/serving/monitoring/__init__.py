"""What a server tells those who run it: a line for each request, and numbers for Prometheus.

A `Monitor` stands outside all other middlewares, and only where somebody wants to know.
"""
