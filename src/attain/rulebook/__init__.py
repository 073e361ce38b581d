"""The rules of the programme as dated, cited data: their shape, strict reader, checks, and what is in force on a day. Knows no engine."""
