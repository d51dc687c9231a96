"""A city's installation: its home, its contracts, its ledger. Everything else is handed one of these."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

import data_contracts
import transforms
from data_contracts import catalogue
from data_contracts.catalogue import Catalogue
from orchestration.store import files, releases, zone
from orchestration.store.audit import Audit
from orchestration.store.home import Home
from orchestration.store.keys import master_key
from orchestration.store.ledger import Ledger
from orchestration.store.reviews import Reviews
from orchestration.store.staff import Staff


@dataclass(frozen=True)
class Settings:
    """What the environment says: PRAVAH_HOME, PRAVAH_CONTRACTS, PRAVAH_LEDGER, PRAVAH_AS, where people reach the
    portal and the staff app (PRAVAH_PORTAL, PRAVAH_STAFF), who carries mail (PRAVAH_SMTP, PRAVAH_SENDER), and where
    reviewers' decisions are kept (PRAVAH_REVIEWS)."""

    home: Path
    contracts: Path
    ledger: str
    who: str | None
    portal: str = "http://127.0.0.1:8501"
    staff: str = "http://127.0.0.1:8502"
    smtp: str | None = field(default=None, repr=False)
    sender: str = "pravah@localhost"
    reviews: str | None = None

    @classmethod
    def read(cls) -> "Settings":
        """The settings of this process, with their defaults."""
        home = Path(os.environ.get("PRAVAH_HOME", "var")).absolute()
        return cls(
            home,
            Path(os.environ.get("PRAVAH_CONTRACTS", catalogue.HOME)).absolute(),
            os.environ.get("PRAVAH_LEDGER", f"sqlite:///{home / 'ledger.sqlite'}"),
            os.environ.get("PRAVAH_AS"),
            os.environ.get("PRAVAH_PORTAL", cls.portal).rstrip("/"),
            os.environ.get("PRAVAH_STAFF", cls.staff).rstrip("/"),
            os.environ.get("PRAVAH_SMTP"),
            os.environ.get("PRAVAH_SENDER", cls.sender),
            os.environ.get("PRAVAH_REVIEWS"),
        )


@dataclass(frozen=True)
class Project:
    """An opened installation. `reviews_at`: the URL of the reviewers' store, None for one in the home."""

    home: Home
    catalogue: Catalogue
    ledger: Ledger
    reviews_at: str | None = None

    @classmethod
    def open(cls, settings: Settings) -> "Project":
        """Open an installation; raises ContractFaults or LedgerFault."""
        loaded = catalogue.load(settings.contracts)
        home = Home(settings.home)
        home.prepare()
        ledger = Ledger(settings.ledger)
        # Two commands that meet a new home at once must not each give it an identity.
        with home.lock(wait=10) if home.identity is None else nullcontext():
            ledger.belongs_to(home)
        return cls(home, loaded, ledger, settings.reviews)

    @cached_property
    def audit(self) -> Audit:
        """The record of who did what; raises KeyFault without a usable master key."""
        return Audit(self.ledger, self.master, self.home.restricted / "audit.head")

    @property
    def staff(self) -> Staff:
        """Who may do what in the staff app."""
        return Staff(self.home, self.catalogue.cities)

    @cached_property
    def reviews(self) -> Reviews:
        """What reviewers decided; raises ReviewFault where its store cannot be opened."""
        return Reviews(self.reviews_at or f"sqlite:///{self.home.restricted / 'reviews.sqlite'}")

    @cached_property
    def master(self) -> bytes:
        """The master key; raises KeyFault where it cannot be used."""
        return master_key(self.home)

    @property
    def zone(self) -> tuple[bytes, ...]:
        """The keys that seal what lands; raises KeyFault where the one that is needed is missing."""
        return zone.usable_keys(self.home)

    @contextmanager
    def writing(self, wait: float = 0) -> Iterator[None]:
        """Be the only writer, with what a broken run left behind swept away first.

        Raises HomeBusy where another one writes for longer than `wait` seconds.
        """
        with self.home.lock(wait):
            self.sweep()
            releases.point(self.home, self.ledger)
            yield

    def sweep(self) -> None:
        """Remove what the ledger does not know; only the one writer may."""
        kept = self.ledger.kept()
        files.sweep(self.home.aside, ())
        files.sweep(self.home.landing, kept["landing"])
        files.sweep(self.home.checked, {f"{key}.parquet" for key in kept["checked"]})
        files.sweep(self.home.superseded, {f"{key}.parquet" for key in kept["superseded"]})
        files.sweep(self.home.public, kept["public"])
        files.sweep(self.home.rounds, kept["rounds"])
        files.sweep(self.home.releases, kept["releases"] | {releases.pointer(self.home).name, releases.APPROVED})


def digest(*parts: object) -> str:
    """The SHA-256 of some parts, told apart by their lengths."""
    hashed = hashlib.sha256()
    for part in parts:
        text = str(part).encode()
        hashed.update(f"{len(text)}:".encode() + text)
    return hashed.hexdigest()


@cache
def code_version() -> str:
    """The hash of the code that turns deliveries into releases."""
    roots = [Path(str(package.__file__)).parent for package in (data_contracts, transforms)]
    sources = sorted(file for root in roots for file in root.rglob("*.py"))
    return digest(*(file.read_bytes().hex() for file in sources))
