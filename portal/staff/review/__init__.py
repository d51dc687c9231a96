"""The page Review desk."""
