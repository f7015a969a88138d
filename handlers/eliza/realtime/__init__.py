"""The events of Socket.IO: clients connect, join channels, send messages and subscribe to logs."""
