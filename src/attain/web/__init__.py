"""The web workspace: one package an area of pages, the base layout, the components and what they are styled with."""
