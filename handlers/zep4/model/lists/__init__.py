"""Lists and searches of Zep v4: filtered, and shown by the page."""
