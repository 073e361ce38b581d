"""The rules of the programme as dated, cited data: their shape, the strict reader, the checks, and what is in force on a day. Knows no engine."""
