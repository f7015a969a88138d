"""Comparisons with released ElizaOS servers, which npm installs: slow, so pytest runs none."""
