"""The guides: the Markdown files of docs/ as pages."""
