"""
Whom the other side's certificate is believed for, and what is wrong where it is not.

Hides OpenSSL's codes. Promises: SSL_CERT_FILE and SSL_CERT_DIR hold for every connection, from `.env` too; what went
wrong is told in a sentence, with what to do about it.
"""

import os
import re
import ssl
from collections.abc import Iterator
from pathlib import Path

FILE, FOLDER = "SSL_CERT_FILE", "SSL_CERT_DIR"
_HASHED = re.compile(r"[0-9a-f]{8}\.\d")  # OpenSSL looks for nothing else in a folder
_OWN = (
    "Where a proxy or a server of your own signs for itself, name the certificate of its authority (PEM) in "
    f"{FILE}, or a folder of such in {FOLDER}; in a slim image install ca-certificates."
)
_UNKNOWN = "its certificate is signed by nobody this machine trusts"
# OpenSSL: "verify(1)", the codes of X509_V_ERR.
_CAUSES = {
    2: (_UNKNOWN, _OWN),
    9: ("its certificate is not valid yet", "Set this machine's clock."),
    10: ("its certificate has expired", "Whoever runs that server, or the proxy before it, has to renew it."),
    18: ("its certificate is signed by itself, and by nobody this machine trusts", _OWN),
    19: (_UNKNOWN, _OWN),
    20: (_UNKNOWN, _OWN),
    21: (_UNKNOWN, _OWN),
    62: ("its certificate is for another name", "Write the address with the name that the certificate is for."),
    64: ("its certificate is for another name", "Write the address with the name that the certificate is for."),
}
_NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "RECORD_LAYER_FAILURE"})


def heed(file: str | None, folder: str | None) -> None:
    """Let this process believe those, too: before it loads what connects."""
    for name, value in ((FILE, file), (FOLDER, folder)):
        if value:
            os.environ[name] = value


def context() -> ssl.SSLContext | None:
    """Whom to believe where one of the variables is set, beside OpenSSL's own; None: the library's choice."""
    if not (os.environ.get(FILE) or os.environ.get(FOLDER)):
        return None
    return ssl.create_default_context()  # it reads both, and passes over what is not there


def refused(error: BaseException) -> tuple[str, str] | None:
    """What is wrong with the other side's TLS, and what to do; None where the trouble was something else."""
    known = [one for one in _causes(error) if isinstance(one, ssl.SSLError)]
    # aiohttp's own error is one of these, and does not say which.
    for one in known:
        if isinstance(one, ssl.SSLCertVerificationError) and (code := getattr(one, "verify_code", 0)):
            cause, fix = _CAUSES.get(code, (f"its certificate was refused ({one.verify_message})", _OWN))
            return cause, f"{fix} {slip()}".strip() if fix is _OWN else fix
    for one in known:
        reason = getattr(one, "reason", "") or ""
        if reason in _NO_TLS:
            return "it does not speak TLS there", "Is it http:// (or ws://) where https:// (or wss://) is written?"
        if reason:
            return f"TLS failed ({reason.lower().replace('_', ' ')})", "Is there something between that breaks TLS?"
    return None


def told(error: BaseException) -> str:
    """The same in one piece; nothing where the trouble was something else."""
    return ". ".join(refused(error) or ())


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An exception and all that led to it; what aiohttp wraps, too."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        inner = [getattr(one, name, None) for name in ("certificate_error", "os_error")]
        waiting += [one.__context__, one.__cause__, *(each for each in inner if isinstance(each, BaseException))]


def slip() -> str:
    """What is wrong with the variables themselves; nothing where they are fine, or not set."""
    found = []
    if file := os.environ.get(FILE):
        found.append(_of_file(Path(file)))
    if folder := os.environ.get(FOLDER):
        found += [_of_folder(Path(each)) for each in folder.split(os.pathsep) if each]
    return " ".join(filter(None, found))


def _of_file(path: Path) -> str:
    if not path.is_file():
        return f"{FILE} names {path}, and there is no such file."
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except PermissionError:
        return f"{FILE} names {path}, which this account may not read."
    except OSError:  # ssl.SSLError, too
        return f"{FILE} names {path}, in which there is no certificate in PEM form."
    return ""


def _of_folder(path: Path) -> str:
    try:
        names = [each.name for each in path.iterdir()]
    except OSError as trouble:
        return f"{FOLDER} names {path}, which cannot be read ({(trouble.strerror or '').lower()})."
    if not any(map(_HASHED.fullmatch, names)):
        return f"{FOLDER} names {path}, in which OpenSSL finds nothing: run `openssl rehash {path}`."
    return ""
