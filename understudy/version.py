"""The version of Understudy."""

VERSION = "0.1.0"
