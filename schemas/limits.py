"""How much one document may take: what is beyond it fails that document, with the limit named."""

from __future__ import annotations

from pydantic import BaseModel, Field

MIB = 1024**2


class Limits(BaseModel, frozen=True, extra="forbid"):
    """Limits of reading and drawing one document; what a person can't need, and a bomb does.

    Limits(pages=20_000)            # for archives of very long files
    """

    seconds: float = Field(120.0, gt=0)
    """For reading; a hundred dense pages take one."""
    memory_mib: int = Field(4096, ge=512)
    """Address space of a process that reads or draws; where the system can limit it (Linux)."""
    file_mib: int = Field(512, ge=1)
    """Size of the file."""
    pages: int = Field(5_000, ge=1)
    objects: int = Field(2_000_000, ge=1)
    """Of a PDF's table: fonts, pictures, pages and what they consist of."""
    words: int = Field(500_000, ge=1)
    """In all pages together; longer strings count as a word for every twenty characters."""
    megapixels: int = Field(300, ge=1)
    """Of a photograph, or of all pictures of one page together, each time it is drawn."""
    side_pt: float = Field(200_000.0, gt=0)
    """Width and height of a page in points, 1/72 inch."""

    @property
    def memory(self) -> int:
        """Bytes of memory."""
        return self.memory_mib * MIB


USUAL = Limits()
