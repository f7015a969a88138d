"""What one namespace holds."""
