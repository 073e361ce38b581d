"""What people recorded in the workspace, and no file says: purchases, the numbers that Microsoft shows, CPOR claims, scenarios."""
