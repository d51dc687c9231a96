"""GTFS: the dataset's member of a feed, and the other files without which it is none."""

from orchestration.sample.writing import csv_file
from orchestration.sample.writing.page import LABEL, Page
from orchestration.sample.writing.zips import zipped

# The smallest feed there can be: one route of one trip between two stops.
REST = {
    "agency.txt": f"agency_id,agency_name,agency_url,agency_timezone\r\nA1,{LABEL},https://transit.example,Asia/Kolkata\r\n",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\r\n"
    "ALL,1,1,1,1,1,1,1,20260101,20261231\r\n",
    "routes.txt": "route_id,agency_id,route_short_name,route_type\r\nR1,A1,1,3\r\n",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\r\n"
    "T1,06:00:00,06:00:00,S1,1\r\nT1,06:20:00,06:20:00,S2,2\r\n",
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\r\nS1,First stop,20.0,77.0\r\nS2,Second stop,20.1,77.1\r\n",
    "trips.txt": "route_id,service_id,trip_id\r\nR1,ALL,T1\r\n",
}


def encode(page: Page) -> bytes:
    """The feed's zip."""
    own = {str(page.source.properties.member): csv_file.encode(page)}
    return zipped({name: content.encode() for name, content in REST.items()} | own)
