"""The public portal: pages, API and downloads over one release, and nothing else."""
