"""One document with the features of each version of OpenAPI, and what every command makes of it."""
