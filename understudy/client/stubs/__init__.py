"""The responses that a test plans: values, or functions of the request."""
