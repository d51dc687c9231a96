"""The city takes flows of vehicles as counts of ten and more: never plates, never the few."""

from data_contracts import catalogue
from data_contracts.dataset import Dataset
from tests.transforms.kit import held, take

HEADER = "from_site;to_site;hour_start;vehicle_class;vehicles;travel_time_min"


def flows() -> Dataset:
    return catalogue.load().datasets["traffic_police__anpr_flows"]


def content(*lines: str) -> bytes:
    return "\r\n".join(lines).encode("utf-16")


def test_a_file_of_plate_reads_is_held():
    reads = content("site;read_at;plate", "J001;17-09-2026 08:03;MH97AB1234", "J002;17-09-2026 08:11;MH97AB1234")
    reason = held(flows(), reads)
    assert reason.rule == "header.missing"
    assert "MH97" not in str(reason)


def test_a_flow_below_ten_is_quarantined_and_a_hidden_one_taken():
    rows = ("J001;J002;17-09-2026 08:00;car;9;12.5", "J001;J002;17-09-2026 09:00;car;<10;<10")
    outcome = take(flows(), content(HEADER, *rows, "J001;J002;17-09-2026 10:00;car;10;12.5"))
    assert outcome.broken == [["vehicles.minimum"], [], []]
    assert outcome.column("vehicles")[1:] == [None, 10]


def test_what_goes_out_names_no_vehicle():
    public = {column.name for column in flows().columns if column.treatment.kind != "drop"}
    assert public == {"from_site", "to_site", "hour_start", "vehicle_class", "vehicles", "travel_time_min"}
