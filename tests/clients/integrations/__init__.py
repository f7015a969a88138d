"""The vendors' packages that are built on their clients run unchanged against the stand-in."""
