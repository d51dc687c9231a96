"""What citizens and staff see. The public part reads one release and nothing else."""
