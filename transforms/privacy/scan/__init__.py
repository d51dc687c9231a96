"""The second scan: files of any format, decoded and searched for personal data, or for values that were planted."""
