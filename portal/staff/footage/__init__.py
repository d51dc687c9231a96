"""The footage desk: what is about to be lost, why requests fail, and the way to a target."""
