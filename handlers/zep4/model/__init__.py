"""What the operations of Zep v4 share: addresses, pages, errors, and the shapes of answers."""
