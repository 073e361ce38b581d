"""`attain doctor`: looks at all that a server needs, makes nothing, and says how to mend what is not well."""
