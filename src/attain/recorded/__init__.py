"""What people recorded in the workspace, and no file says: purchases, and the numbers that Microsoft shows."""
