"""From a folder of contract tables to conformed, checked and aggregated Parquet that the engine scans."""
