"""Judges cells of the sample's files by the rules of their columns, by other code than ours."""

import re
from datetime import date, datetime

KINDS = ("type", "required", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "pattern")
BOUNDS = {
    "minimum": lambda value, bound: value >= bound,
    "maximum": lambda value, bound: value <= bound,
    "exclusiveMinimum": lambda value, bound: value > bound,
    "exclusiveMaximum": lambda value, bound: value < bound,
}
JDK = {"yyyy": "%Y", "yy": "%y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "M": "%m", "dd": "%d", "d": "%d",
       "EEEE": "%A", "EEE": "%a", "HH": "%H", "H": "%H", "hh": "%I", "h": "%I", "mm": "%M", "ss": "%S",
       "SSS": "%f", "a": "%p", "XXX": "%z", "Z": "%z"}  # fmt: skip


def place_of(headers, column):
    wanted = (*column.source_names, column.properties.source_pointer)
    return next((place for place, header in enumerate(headers or ()) if header in wanted), None)


def code_rules(dataset, names):
    """The names of rules on the codes of columns."""
    return {
        rule.name: (rule.column, rule.body["arguments"]["validValues"])
        for rule in dataset.rules
        if rule.kind == "row" and rule.severity == "error" and rule.column in names
        and "validValues" in (rule.body.get("arguments") or {})
    }  # fmt: skip


def judged(dataset, column, city):
    """What tells of a cell which of its column's rules it breaks; None for a column read in its own way."""
    properties, source = column.properties, dataset.source(city)
    own = (properties.duration, properties.month_names, properties.source_unit, properties.source_unit_by_key)
    partners = {c.properties.swap_coordinates.column for c in dataset.columns if c.properties.swap_coordinates}
    swapped = properties.swap_coordinates or column.name in partners
    if any(own) or swapped or column.logical_type == "geometry" or any(map(in_numbers, patterns(column))):
        return None
    codes = {name: set(map(str, valid)) for name, (_, valid) in code_rules(dataset, [column.name]).items()}
    nothing = {None, *source.properties.null_values, *([""] if source.format == "xlsx" else [])}

    def judge(cell):
        if isinstance(cell, str) and properties.repairs:
            cell = " ".join(cell.split()) if "foldSpaces" in properties.repairs else cell.strip()
        if cell in nothing or cell != cell:
            return [f"{column.name}.required"] if column.required else []
        value, measured = typed(cell, column, source.properties.decimal)
        if value is None:
            return [f"{column.name}.type"]
        broken = [] if measured else [
            f"{column.name}.{option}"
            for option, bound in column.options.items()
            if (option in BOUNDS and isinstance(value, int | float) and not BOUNDS[option](value, bound))
            or (option == "pattern" and not re.search(bound, value))
        ]  # fmt: skip
        return broken + [name for name, valid in codes.items() if str(value) not in valid]

    return judge


def patterns(column):
    return [pattern for pattern in (column.options.get("format"), *column.properties.source_formats) if pattern]


def in_numbers(pattern):
    return pattern.startswith(("excel", "epoch"))


def typed(cell, column, decimal):
    """A cell's value, None where it has none; and whether it has a unit of its own behind it."""
    properties, kind = column.properties, column.logical_type
    if kind == "string":
        text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
        return properties.map_codes.get(text, text), False
    if kind in ("date", "timestamp"):
        return (cell if isinstance(cell, date) else moment(str(cell), column)), False
    if kind == "boolean":
        text = str(cell).lower() if isinstance(cell, bool) else str(cell)
        return (text if text in (*properties.true_values, *properties.false_values) else None), False
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    text = text.translate(str.maketrans("०१२३४५६७८९", "0123456789"))
    for mark in properties.source_marks:
        text = text.replace(mark, "").strip()
    suffix = next((s for s in sorted(properties.source_suffixes, key=len, reverse=True) if text.endswith(s)), "")
    text = text.removesuffix(suffix).strip()
    if properties.grouping:
        text = text.replace("," if decimal == "." else ".", "")
    text = text if isinstance(cell, float) else text.replace(decimal, ".")
    digits = r"[+-]?\d+" if kind == "integer" else r"[+-]?\d+(\.\d+)?(e[+-]?\d+)?"
    return (float(text) if re.fullmatch(digits, text) else None), bool(suffix)


def moment(text, column):
    text = text.translate(str.maketrans("०१२३४५६७८९", "0123456789"))
    for pattern in patterns(column):
        form = re.sub(r"'([^']*)'|([A-Za-z])\2*", lambda found: found[1] or JDK[found[0]], pattern)
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    return None
