"""The score: the rules of a day compiled against facts, run on an engine, and turned into exact points and the qualifying decision."""
