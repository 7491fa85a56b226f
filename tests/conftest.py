"""Its presence puts this folder, and so the shared helpers in it, on the import path."""
