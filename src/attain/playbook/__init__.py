"""The course: lessons in Markdown, their figures from the rulebook on the reader's day, their examples from the reader's own score.

Takes folders of lessons and a rulebook; gives courses by designation, rendered lessons with checks, and faults of lessons. Knows no
partner's facts and no web: what is the reader's own is handed in.
"""
