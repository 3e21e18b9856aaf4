"""The certificate that a film is signed with: the user's, or until there is one a test certificate.

A test certificate is made on the machine, in the build folder, and says in its own name that it proves
nothing about who signed. Its private key never leaves that folder, which git ignores.
"""

import datetime
import os
from dataclasses import dataclass
from pathlib import Path

from swav.errors import SwavError
from swav.files import replacing, write_text

TEST_NAME = "swav TEST CERTIFICATE (made on this machine, proves no identity)"
"""Common name of the certificate that signs where the user gave none."""
TEST_ISSUER = "swav TEST AUTHORITY (made on this machine, proves no identity)"
YEARS = 10
_CURVES = {"secp256r1": b"es256", "secp384r1": b"es384", "secp521r1": b"es512"}


class NoSigner(SwavError):
    """Nothing can be signed: why, and what to do about it."""


@dataclass(frozen=True)
class Signer:
    """A chain of certificates, the signer's own first, and its private key; PEM both."""

    chain: bytes
    key: bytes
    algorithm: bytes
    """As c2pa calls it: ``ed25519``, ``es256``, ``ps256``, ..."""
    test: bool


def users_signer(chain: Path, key: Path) -> Signer:
    """The signer that a user's configuration names. Raises NoSigner for what cannot sign.

    The key decides the algorithm (C2PA 2.x, section 13.2): Ed25519, ECDSA on P-256, P-384 or P-521, or RSA as
    PS256.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    written, secret = _read(chain, "certificate"), _read(key, "key")
    try:
        certificate = x509.load_pem_x509_certificates(written)[0]
    except (ValueError, IndexError):
        raise NoSigner(f"{chain} holds no certificate in PEM form; export the chain as PEM") from None
    try:
        private = load_pem_private_key(secret, None)
    except TypeError:
        remedy = "write it without one (openssl pkey -in KEY -out KEY.open)"
        raise NoSigner(f"{key} has a password, which nobody can type in a build; {remedy}") from None
    except ValueError:
        raise NoSigner(f"{key} holds no private key in PEM form") from None
    if private.public_key() != certificate.public_key():
        raise NoSigner(f"{key} is not the key of {chain}'s first certificate; put the signer's own first")
    ends = certificate.not_valid_after_utc
    if ends < datetime.datetime.now(datetime.UTC):
        raise NoSigner(f"the certificate {chain} was valid until {ends:%Y-%m-%d}; renew it")
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return Signer(written, secret, b"ed25519", test=False)
    if isinstance(private, ec.EllipticCurvePrivateKey) and private.curve.name in _CURVES:
        return Signer(written, secret, _CURVES[private.curve.name], test=False)
    if isinstance(private, rsa.RSAPrivateKey):
        return Signer(written, secret, b"ps256", test=False)
    raise NoSigner(f"{key} is a key of a kind that cannot sign a film; take Ed25519, ECDSA P-256 or RSA")


def _read(file: Path, what: str) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise NoSigner(f"the {what} {file} cannot be read ({reason}); see config.yaml: provenance") from None


def test_signer(folder: Path) -> Signer:
    """The test certificate of a build folder, which is made where there is none."""
    chain, key = folder / "certificate.pem", folder / "key.pem"
    if not (chain.is_file() and key.is_file()):
        _make(chain, key)
    return Signer(chain.read_bytes(), key.read_bytes(), b"ed25519", test=True)


test_signer.__test__ = False  # type: ignore[attr-defined]  # its name is no test's


def _make(chain: Path, key: Path) -> None:
    """Write a certificate and the authority that signed it: C2PA refuses one that signs itself (14.5.1)."""
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    begins = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    authority, signer = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()

    def name(common: str) -> x509.Name:
        return x509.Name(
            [
                x509.NameAttribute(NameOID.COMMON_NAME, common),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "swav test certificate"),
            ]
        )

    def certificate(subject: str, owner: Ed25519PrivateKey, *, signs_others: bool) -> x509.Certificate:
        usage = x509.KeyUsage(
            digital_signature=not signs_others,
            key_cert_sign=signs_others,
            crl_sign=signs_others,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            encipher_only=False,
            decipher_only=False,
        )
        builder = (
            x509.CertificateBuilder()
            .subject_name(name(subject))
            .issuer_name(name(TEST_ISSUER))
            .public_key(owner.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(begins + datetime.timedelta(days=365 * YEARS))
            .add_extension(x509.BasicConstraints(signs_others, 0 if signs_others else None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(owner.public_key()), critical=False)
        )
        if not signs_others:
            issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key())
            emails = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
            builder = builder.add_extension(issuer, critical=False).add_extension(emails, critical=False)
        return builder.sign(authority, None)

    pem = serialization.Encoding.PEM
    found = [
        certificate(TEST_NAME, signer, signs_others=False),
        certificate(TEST_ISSUER, authority, signs_others=True),
    ]
    secret = signer.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    write_text(chain.with_name(".gitignore"), "*\n")
    with replacing(key) as beside:
        beside.touch(mode=0o600)
        os.chmod(beside, 0o600)  # noqa: PTH101 - whatever the umask says
        beside.write_bytes(secret)
    write_text(chain, "".join(one.public_bytes(pem).decode() for one in found))
