"""Pages that the server draws itself, without a script: logging in and out, one's account, one's own work."""
