"""Names of people without a downloaded model: lists, a small trained model, and lists of staff given at call time."""
