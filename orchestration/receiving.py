"""From the door to the landing zone: every new file copied, hashed, recorded."""

from collections.abc import Callable

from orchestration.connectors.inbox import Arrival, arrivals
from orchestration.project import Project
from orchestration.store.landing import Changing, land
from orchestration.store.ledger import Receipt


def receive(project: Project, wanted: Callable[[str, str], bool]) -> dict[str, int]:
    """Take what is new in the inbox, all in one transaction; per folder, how many files could not be taken.

    Only files of tables and cities that are `wanted` are taken: what another run is for stays at the door.
    Those are files that no city and contract claims, and files that cannot be read. A file that is still
    being written is left for the next run. Of a delivery that was purged the receipt alone is kept.
    Raises KeyFault where the landing zone cannot be sealed as it should be.
    """
    found, strays = arrivals(project.home.inbox, project.catalogue)
    seen, keys = project.ledger.seen(), project.zone
    gone = project.ledger.purges.known()
    receipts = []
    for arrival in found:
        if not wanted(arrival.table, arrival.city):
            continue
        unwanted = {sha256 for sha256, *place in gone if place == [arrival.table, arrival.city]}
        try:
            receipt = _receipt(project, arrival, seen, keys, unwanted)
        except PermissionError:
            folder = arrival.path.rpartition("/")[0]
            strays[folder] = strays.get(folder, 0) + 1
        else:
            receipts += [receipt] if receipt else []
    project.ledger.receive(receipts)
    return strays


def _receipt(
    project: Project,
    arrival: Arrival,
    seen: set[tuple[str, int, int]],
    keys: tuple[bytes, ...],
    unwanted: set[str],
) -> Receipt | None:
    try:
        status = arrival.file.stat()
        if (arrival.path, status.st_size, status.st_mtime_ns) in seen:
            return None
        with project.home.workspace() as workspace:
            sha256 = land(project.home, arrival.file, workspace, keys, unwanted)
    except (Changing, FileNotFoundError):
        return None
    return Receipt(arrival.city, arrival.table, arrival.path, status.st_size, status.st_mtime_ns, sha256)
