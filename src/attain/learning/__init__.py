"""Who has learned what: progress in the lessons of the playbook, a reader's own numbers in them, and which lessons are offered and why.

Takes people, lessons and published scores; gives progress by person, module and designation, and a distributor's view of its resellers'.
"""
