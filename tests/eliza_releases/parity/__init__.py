"""The same requests to the stand-in and to a released ElizaOS server: every difference is known."""
