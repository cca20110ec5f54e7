"""Setting a project up and keeping it sound: init, CI files, doctor and its repairs."""
