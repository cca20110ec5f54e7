"""What commands print: a folder for each report, a module for each of its formats. Reports compute nothing."""
