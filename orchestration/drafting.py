"""A draft contract for someone of the staff: the file is looked at in the restricted zone and is gone at the end."""

from orchestration.project import Project
from orchestration.store.staff import NotPermitted
from transforms.drafting.draft import Draft, draft, named
from transforms.drafting.guess import DraftFault

# Far more than a draft looks at; who has a larger file gives its first part.
UPLOAD_MB = 64


def draft_as(project: Project, email: str, content: bytes, file: str, department: str | None) -> Draft:
    """A draft from an uploaded sample, recorded in the audit log whatever comes of it.

    `file`: its name, from which the dataset's name is made. Raises NotPermitted, DraftFault, HomeBusy.
    """
    subject = department or ""
    try:
        project.staff.permitted(email, "draft")
        if len(content) > UPLOAD_MB << 20:
            raise DraftFault(f"the file: is larger than {UPLOAD_MB} MB; give the first part of it as a sample")
        # A run sweeps what lies aside, so it has to wait for this to end.
        with project.home.lock(shared=True), project.home.workspace() as folder:
            sample = folder / "sample"
            sample.write_bytes(content)
            made = draft(sample, department, named(file), project.catalogue)
    except (NotPermitted, DraftFault):
        project.audit.record(email, "draft refused", subject)
        raise
    project.audit.record(email, "draft", subject, bytes=len(content))
    return made
