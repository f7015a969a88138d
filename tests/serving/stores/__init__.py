"""What clients rely on, in each database, with one worker and with several."""
