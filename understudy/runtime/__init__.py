"""The state of one namespace: records, clock, journal, fault rules, schedule."""
