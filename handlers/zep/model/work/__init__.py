"""Work that takes time in Zep: tasks, what is pending, and when it is done."""
