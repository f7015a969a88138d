"""Helpers that tests share: servers, browsers, projects."""
