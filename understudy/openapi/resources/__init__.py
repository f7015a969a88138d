"""Which operations create, need and delete the resources of an API, by its contract alone."""
