"""Benchmarks of Understudy; `scripts/bench` runs them."""
