"""The digest: to each department that has something to do, what it is, by e-mail or to a webhook.

It holds what the message of the Monday page holds: counts and names of rules, never a value, in both languages.
"""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import httpx

from orchestration.message import message
from orchestration.project import Project
from orchestration.status import desks, status
from orchestration.store.contacts import Contact, contacts
from portal.pages.texts import LANGUAGES, texts

TIMEOUT_SECONDS = 20


class DigestFault(Exception):
    """A digest cannot be sent; one line that holds no address and no password."""


@dataclass(frozen=True)
class Digest:
    """What one department of one city is told; `contact` is None where nobody is named for it."""

    city: str
    department: str
    subject: str
    body: str
    contact: Contact | None


@dataclass(frozen=True)
class Mailbox:
    """The server that mail is handed to: `smtp://[user:password@]host[:port]` (TLS where offered; with a user always),
    or `smtps://…`; and the sender's address."""

    url: str
    sender: str

    def send(self, digest: Digest) -> None:
        """Hand over one digest. Raises DigestFault."""
        assert digest.contact is not None
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.sender, ", ".join(digest.contact.email), digest.subject
        mail.set_content(digest.body)
        try:
            with self._open() as server:
                server.send_message(mail)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            kind = type(error).__name__
            raise DigestFault(
                f"the mail server did not take it ({kind}); check PRAVAH_SMTP and PRAVAH_SENDER"
            ) from None

    def _open(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise DigestFault("PRAVAH_SMTP is no address of a mail server; write smtp://host:port or smtps://host:port")
        context = ssl.create_default_context()
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                parts.hostname, parts.port or 465, timeout=TIMEOUT_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(parts.hostname, parts.port or 25, timeout=TIMEOUT_SECONDS)
            server.ehlo()
            if parts.username or server.has_extn("starttls"):
                server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        return server


def post(digest: Digest) -> None:
    """Hand a digest to its webhook as `{"text": …}`. Raises DigestFault."""
    assert digest.contact is not None and digest.contact.webhook is not None
    text = f"{digest.subject}\n\n{digest.body}"
    try:
        httpx.post(str(digest.contact.webhook), json={"text": text}, timeout=TIMEOUT_SECONDS).raise_for_status()
    except httpx.HTTPError as error:
        raise DigestFault(f"the webhook did not take it ({type(error).__name__}); check contacts.yaml") from None


def digests(project: Project, now: datetime | None = None) -> Iterator[Digest]:
    """The digest of every department of every city that has something to do. Raises ContactFault."""
    named = contacts(project.home.root, project.catalogue.cities, project.catalogue.departments)
    for desk in desks(status(project, now)):
        mails = [message(texts(language), desk, project.catalogue, now) for language in LANGUAGES]
        if all(mails):
            subject = " | ".join(mail.subject for mail in mails if mail)
            body = "\n\n———\n\n".join(mail.body for mail in mails if mail)
            yield Digest(desk.city, desk.department, subject, body, named.get((desk.city, desk.department)))


def send(project: Project, digest: Digest, mailbox: Mailbox | None, who: str) -> list[str]:
    """Send a digest by every way that its contact has, each recorded; why some of them failed, or none is there."""
    ways: list[tuple[str, Callable[[], None]]] = []
    if digest.contact and digest.contact.webhook:
        ways.append(("webhook", lambda: post(digest)))
    if digest.contact and digest.contact.email:
        ways.append(("e-mail", lambda: _mail(mailbox, digest)))
    if not ways:
        return ["nobody is named to receive it; name someone in contacts.yaml"]
    faults = []
    for way, go in ways:
        try:
            go()
            project.audit.record(who, "digest", f"{digest.city}/{digest.department}", way=way)
        except DigestFault as fault:
            faults.append(f"{way}: {fault}")
    return faults


def _mail(mailbox: Mailbox | None, digest: Digest) -> None:
    if mailbox is None:
        raise DigestFault("no mail server is set; set PRAVAH_SMTP and PRAVAH_SENDER")
    mailbox.send(digest)
