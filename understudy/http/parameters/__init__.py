"""Parameters and form fields: values as text, by the styles of OpenAPI."""
