"""Namespaces in Redis or Valkey, for several processes and hosts that share them."""
