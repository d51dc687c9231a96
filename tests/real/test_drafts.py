"""Drafts of real departments' files need only their TODOs: filled with neutral answers, each reads its own file."""

import pytest

from tests.conftest import SHARED
from tests.drafting_kit import tried

if not SHARED.exists():
    pytest.skip("the shared real files are not here", allow_module_level=True)

# Each file with the rows that are in it and the share of them that a filled draft accepts at least. Invalid
# outlines are the file's own; a dam that writes feet and metres in one column is for a person to settle.
FILES = {
    "boundaries/datameet/Bangalore/BBMP.geojson": (243, 0.97),
    "boundaries/datameet/Bangalore/BBMP_oldWards.kml": (198, 1),
    "boundaries/datameet/Bhopal/Ward_Map_of_Bhopal.kml": (86, 0.97),
    "boundaries/datameet/Bhopal/Ward_Offices.geojson": (85, 1),
    "boundaries/datameet/Bhopal/Zone_Boundary.geojson": (19, 1),
    "boundaries/datameet/Chandigarh/Chandigarh_Sectors.geojson": (63, 0.9),
    "boundaries/datameet/Chandigarh/Chandigarh_Wards-SHP.zip": (28, 1),
    "boundaries/datameet/Coimbatore/Cbe2011Wards.geojson": (100, 1),
    "boundaries/datameet/Delhi/Delhi_Wards-SHP.zip": (290, 1),
    "boundaries/datameet/Delhi/Delhi_Wards.geojson": (290, 1),
    "boundaries/datameet/Hyderabad/ghmc-wards.geojson": (145, 1),
    "boundaries/datameet/Hyderabad/ghmc-wards.kml": (145, 1),
    "boundaries/datameet/Vadodara/vardodara_wards.geojson": (12, 0.8),
    "budget/bbmp/bbmp-ward-001-work-orders.contacts-substituted.csv": (322, 1),
    "budget/bbmp/bbmp-work-order-data-303-ce-projects-2015-18.csv": (5215, 1),
    "cctv/btp_bengaluru/cameras.geojson": (3000, 1),
    "crime/ncrb_adsi_2022_table1.2_cities.csv": (21, 1),
    "emergency/iudx_bengaluru/bengaluruAmb.json": (3996, 1),
    "formats/derived/bbmp_work_orders_first300.semicolon-cp1252.csv": (299, 1),
    "formats/derived/hyderabad_metro_translations.utf16le-bom.csv": (40, 1),
    "formats/frictionless_py/latin1.csv": (2, 1),
    "formats/frictionless_py/sheets.xlsx": (1, 1),
    "grievance/haryana_sample/haryana_grievance.csv": (10, 1),
    "tenders/hp_tenders_ocds_flat_sample.csv": (10, 1),
    "traffic/btp_bengaluru/congestion_events.json": (81, 1),
    "transit/bengaluru_metro_lines_stations.geojson": (133, 1),
    "transit/hyderabad_metro_gtfs.zip": (121, 1),
    "transit/hyderabad_metro_source/stops_simple.xlsx": (24, 1),
    "transit/hyderabad_metro_source/translations.csv": (40, 1),
    "vms/onvif_axis/object_analytics_any_change.xml": (3, 1),
    "water/kerala_dams/2025-04-20.json": (18, 0.8),
}


@pytest.mark.parametrize("file", FILES)
def test_a_filled_draft_reads_its_own_file(file: str) -> None:
    rows, share = FILES[file]
    outcome = tried(SHARED / file)
    assert outcome.checked.rows_read == rows
    assert outcome.accepted >= share * rows


def test_coordinates_that_are_swapped_in_a_whole_file_are_declared_so() -> None:
    outcome = tried(SHARED / "traffic/btp_bengaluru/congestion_events.json")
    swaps = [column.properties.swap_coordinates for column in outcome.dataset.columns]
    assert [swap.when for swap in swaps if swap] == ["always"]


def test_names_and_numbers_of_people_are_found_where_sources_say_they_are() -> None:
    found = {finding.kind for finding in tried(SHARED / "pii/presidio_research/generated_small.json").draft.findings}
    assert {"name", "address"} & found
    ambulances = tried(SHARED / "emergency/iudx_bengaluru/bengaluruAmb.json").draft.findings
    assert "vehicle" in {finding.kind for finding in ambulances if finding.by == "value"}
