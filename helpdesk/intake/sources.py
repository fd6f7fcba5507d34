"""Places on this machine that mail arrives at: a Maildir, a folder of .eml files, one mail."""

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote_from_bytes, unquote_to_bytes

from helpdesk.errors import CannotWrite, FileUnreadable
from helpdesk.intake import Delivery, Known, Place, Source, Still, headers

MOST_BYTES = 32 * 1024 * 1024
"""More of one file is not read: mail of that size is taken in by its head alone."""

_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_HANDED_OVER = re.compile(rb"\AFrom [^\n]*\n")
_STAMP = re.compile(r"(\d{9,11})[._]")
_FLAGS = ":2,"
_PLAIN = " !#$&'()*+,:;=@[]^_{}~."  # all but these, letters and digits is escaped in a uid


class _File(NamedTuple):
    """A mail that lies there: ordered by when it arrived."""

    arrived_at: datetime
    uid: str
    validity: str
    path: Path
    size: int

    @property
    def place(self) -> Place:
        return self.validity, self.uid


class MaildirSource:
    """A Maildir that a mail server delivers into; settled mail moves to .Processed within it."""

    def __init__(self, path: Path) -> None:
        self.path = Path(os.path.abspath(path))  # noqa: PTH100 - links stay as they were given
        self.mailbox = f"maildir:{_shown(self.path)}"
        self._paths: dict[str, Path] = {}  # where each uid was last seen

    def waiting(self, known: Known, _still: Still = lambda: True, /) -> Iterator[Delivery]:
        """The mails in new and cur, oldest first, but for those that `known` tells of.

        Raises FileUnreadable if this is no Maildir that can be read. A mail that is taken away
        while it is read is passed over.
        """
        if (found := self._lying()) is None:
            raise FileUnreadable(
                f"{_shown(self.path)} is no Maildir that can be read: it has neither new nor cur "
                "(give the folder that holds them, and see that you may read it)"
            )
        return _deliveries(self.mailbox, _unknown(found, known))

    def settle(self, uid: str, *, quarantined: bool = False) -> None:
        """Move the mail to .Processed, or to .Quarantine; one that is gone is no error."""
        path = self._find(uid)
        if path is None:
            return
        box = self.path / (".Quarantine" if quarantined else ".Processed")
        name = path.name if _FLAGS in path.name else path.name + _FLAGS
        try:
            for folder in ("new", "tmp", "cur"):
                (box / folder).mkdir(parents=True, exist_ok=True)
            path.rename(box / "cur" / name)
        except FileNotFoundError:
            return
        except OSError as error:
            raise CannotWrite(
                f"a mail cannot be moved to {_shown(box)}: {error.strerror} "
                "(see that you may write there)"
            ) from error

    def lying(self) -> list[Place]:
        """Where the mails lie that lie in new and cur now."""
        return [file.place for file in sorted(self._lying() or [])]

    def _file(self, path: Path, status: os.stat_result) -> _File:
        uid = _uid(path.name)
        return _File(_stamped(path.name, _modified(status)), uid, "", path, status.st_size)

    def _find(self, uid: str) -> Path | None:
        name = os.fsdecode(unquote_to_bytes(uid))
        if "/" in name or name in {"", ".", ".."}:
            return None
        new = self.path / "new" / name
        if _is_file(new):
            return new
        if uid not in self._paths or not _is_file(self._paths[uid]):
            self._lying()  # It came since, or another program moved it or changed its flags.
        return self._paths.get(uid)

    def _lying(self) -> list[_File] | None:
        """The mails in new and cur, whose places are kept in mind; None if there is neither."""
        folders = [self.path / name for name in ("new", "cur") if _is_folder(self.path / name)]
        found = [file for folder in folders for file in _files(folder, self._file)]
        self._paths = {file.uid: file.path for file in found}
        return found if folders else None


class FolderSource:
    """A folder of .eml files, which stay where they lie."""

    def __init__(self, path: Path) -> None:
        self.path = Path(os.path.abspath(path))  # noqa: PTH100 - links stay as they were given
        self.mailbox = f"folder:{_shown(self.path)}"

    def waiting(self, known: Known, _still: Still = lambda: True, /) -> Iterator[Delivery]:
        """The .eml files, by the date of their topmost Received line, else of the file itself.

        Raises FileUnreadable if the folder cannot be read.
        """
        unknown = _unknown(list(_files(self.path, _eml)), known)
        dated = [file._replace(arrived_at=_received(file)) for file in unknown]
        return _deliveries(self.mailbox, dated)

    def settle(self, uid: str, *, quarantined: bool = False) -> None:
        """Nothing: the files belong to whoever put them there."""

    def lying(self) -> list[Place]:
        """Where the .eml files lie that lie there now."""
        return [file.place for file in sorted(_files(self.path, _eml))]


def source_for(path: Path) -> Source:
    """The source that this folder is: a Maildir if it has new or cur, else a folder of files."""
    if not _is_folder(path):
        raise FileUnreadable(f"{_shown(path)} is no folder (give a Maildir, or one of .eml files)")
    maildir = any(_is_folder(path / name) for name in ("new", "cur"))
    return MaildirSource(path) if maildir else FolderSource(path)


def one(raw: bytes, arrived_at: datetime, mailbox: str = "stdin") -> Delivery:
    """A single mail that was handed over: the same bytes are the same delivery.

    A mail server puts a line with the present moment before them, another at each try.
    """
    uid = hashlib.sha256(_HANDED_OVER.sub(b"", raw)).hexdigest()
    return Delivery(mailbox=mailbox, validity="", uid=uid, raw=raw, arrived_at=arrived_at)


def _files(folder: Path, file: Callable[[Path, os.stat_result], _File | None]) -> Iterator[_File]:
    """The plain files of a folder: no links or pipes, and nothing hidden."""
    try:
        entries = list(os.scandir(folder))
    except OSError as error:
        raise _unreadable(folder, error) from error
    for entry in entries:
        try:
            if entry.name.startswith(".") or not entry.is_file(follow_symlinks=False):
                continue
            found = file(Path(entry.path), entry.stat(follow_symlinks=False))
        except FileNotFoundError:
            continue
        except OSError as error:  # A folder may be listed by those who may not look into it.
            raise _unreadable(folder, error) from error
        if found:
            yield found


def _unknown(files: list[_File], known: Known) -> list[_File]:
    held = known([file.place for file in files])
    return [file for file in files if file.place not in held]


def _deliveries(mailbox: str, files: list[_File]) -> Iterator[Delivery]:
    """What can be read; then FileUnreadable, if something could not."""
    unreadable: list[str] = []
    for file in sorted(files):
        try:
            raw = _start_of(file.path, MOST_BYTES)
        except FileUnreadable as error:
            unreadable.append(str(error))
            continue
        if raw is not None:
            cut = len(raw) == MOST_BYTES and file.size > MOST_BYTES
            yield Delivery(mailbox, file.validity, file.uid, raw, file.arrived_at, cut=cut)
    if unreadable:
        raise FileUnreadable("\n".join(unreadable))


def _start_of(path: Path, most: int) -> bytes | None:
    """The first bytes of a file; None if it is gone."""
    try:
        with path.open("rb") as stream:
            return stream.read(most)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileUnreadable(
            f"{_shown(path)} cannot be read: {error.strerror} (see that you may read it)"
        ) from error


def _eml(path: Path, status: os.stat_result) -> _File | None:
    if path.suffix.lower() != ".eml":
        return None
    validity = f"{status.st_mtime_ns}-{status.st_size}"
    return _File(_modified(status), _uid(path.name), validity, path, status.st_size)


def _received(file: _File) -> datetime:
    """When the last server received it; a mail cannot have come after its file was written."""
    try:
        head = headers.read(_start_of(file.path, headers.LONGEST_BLOCK) or b"")
    except FileUnreadable:
        return file.arrived_at  # it is told when its turn comes
    moment = headers.moment(head.first("received").rpartition(";")[2])
    sane = moment is not None and _EARLIEST <= moment <= file.arrived_at
    return moment if moment and sane else file.arrived_at


def _stamped(name: str, modified: datetime) -> datetime:
    """The second that a Maildir name begins with, unless it cannot be true."""
    stamp = _STAMP.match(name)
    moment = datetime.fromtimestamp(int(stamp[1]), tz=UTC) if stamp else modified
    return moment if _EARLIEST <= moment <= modified + timedelta(minutes=1) else modified


def _modified(status: os.stat_result) -> datetime:
    return datetime.fromtimestamp(status.st_mtime, tz=UTC)


def _is_folder(path: Path) -> bool:
    """Whether there is a folder; FileUnreadable if that cannot be found out."""
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> FileUnreadable:
    return FileUnreadable(
        f"{_shown(path)} cannot be read: {error.strerror} (see that it is there, and that you may "
        "read it)"
    )


def _is_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _uid(name: str) -> str:
    """The unique part of a file name, escaped, so that every store can keep it."""
    return quote_from_bytes(os.fsencode(name.partition(_FLAGS)[0]), safe=_PLAIN)


def _shown(path: Path) -> str:
    return quote_from_bytes(os.fsencode(path), safe=_PLAIN + "/")
