"""Results as files that other tools read: CSV, JSON and Parquet, in the shapes of the data contract."""
