"""A pure renderer: theme, texts in two languages, figures and HTML that every face of the portal shares."""
