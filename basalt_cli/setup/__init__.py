"""Set up a project and check a clone of it: init, new, CI files, doctor and its fixes."""
