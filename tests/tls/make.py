"""
Writes the certificates beside it: an authority of our own, and servers it vouches for; `openssl` does the work.

They are for the stand-ins on this machine; nothing else trusts them, and no key of an authority is kept. The lasting
ones end in the year 2126.
"""

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
LASTING = ("20200101000000Z", "21260101000000Z")
OURS = "subjectAltName=DNS:localhost,IP:127.0.0.1"
SERVERS = {
    # name: (moments between which it is valid, name it is for)
    "good": (LASTING, OURS),
    "expired": (("20200101000000Z", "20210101000000Z"), OURS),
    "early": (("21000101000000Z", "21260101000000Z"), OURS),
    "elsewhere": (LASTING, "subjectAltName=DNS:somewhere.example"),
}
AUTHORITY = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign"
SERVER = "basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\nauthorityKeyIdentifier=keyid"
CONF = """
[ca]
default_ca=own
[own]
database={work}/index
new_certs_dir={work}
rand_serial=yes
default_md=sha256
policy=any
x509_extensions=ours
[any]
commonName=supplied
[ours]
subjectKeyIdentifier=hash
{extensions}
"""


def openssl(*words: object) -> None:
    """Run it here."""
    subprocess.run(["openssl", *map(str, words)], cwd=HERE, check=True, capture_output=True)  # noqa: S603, S607 -- our words


def made(work: Path, valid: tuple[str, str], extensions: str, *, by: Path | None = None) -> str:
    """A certificate signed by the authority in that folder, else by itself."""
    work.mkdir()
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    openssl("req", *curve, "-keyout", work / "key", "-out", work / "csr", "-subj", f"/CN=Test {work.name}")
    (work / "index").touch()
    (work / "conf").write_text(CONF.format(work=work, extensions=extensions))
    signed = ("-cert", by / "crt", "-keyfile", by / "key") if by else ("-selfsign", "-keyfile", work / "key")
    dates = ("-startdate", valid[0], "-enddate", valid[1])
    openssl(
        "ca", "-batch", "-config", work / "conf", *signed, "-notext", "-in", work / "csr", *dates, "-out", work / "crt"
    )
    return (work / "crt").read_text()


def main() -> None:
    """Write all of them anew."""
    with TemporaryDirectory() as folder:
        ca = Path(folder) / "ca"
        (HERE / "ca.pem").write_text(made(ca, LASTING, AUTHORITY))
        (HERE / "other-ca.pem").write_text(made(Path(folder) / "other-ca", LASTING, AUTHORITY))
        for name, (valid, names) in SERVERS.items():
            work = Path(folder) / name
            certificate = made(work, valid, f"{SERVER}\n{names}", by=ca)
            (HERE / f"{name}.pem").write_text(certificate + (work / "key").read_text())


if __name__ == "__main__":
    main()
