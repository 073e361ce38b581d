"""The handbook: the pages of docs/, and the reference that is written from the code each time the handbook is built."""
