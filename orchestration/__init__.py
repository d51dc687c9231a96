"""When and where the work happens: doors in, the store, the pipeline, the command line."""
