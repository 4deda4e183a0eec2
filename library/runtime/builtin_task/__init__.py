"""What makes a task of an entry of the library."""
