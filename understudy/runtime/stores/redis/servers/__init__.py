"""The servers of a database: how they are found and reached, and what they promise."""
