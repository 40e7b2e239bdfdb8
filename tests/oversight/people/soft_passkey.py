"""A passkey made of software: what a browser would send for it."""

import hashlib
import json
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class SoftPasskey:
    """Holds one key. `knows` its holder: a finger or a PIN was shown."""

    def __init__(self, *, site="testserver", knows=True):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id, self.site, self.count = b"a passkey's id", site, 0
        self.flags = PRESENT | (VERIFIED if knows else 0)
        self.user_handle = ""

    def created(self, options):
        """Return what is sent when it was made, as JSON."""
        asked = options["publicKey"]
        self.user_handle = asked["user"]["id"]
        key = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + key
        data = self._data(self.flags | ATTESTED) + attested
        return self._sent(
            self._client("webauthn.create", asked["challenge"]),
            attestationObject=cbor.encode({"fmt": "none", "attStmt": {}, "authData": data}),
            more={"clientExtensionResults": {"credProps": {"rk": True}}},
        )

    def shown(self, options):
        """Return what is sent when it is shown, as JSON."""
        self.count += 1
        client = self._client("webauthn.get", options["publicKey"]["challenge"])
        data = self._data(self.flags)
        signed = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._sent(
            client,
            authenticatorData=data,
            signature=signed,
            userHandle=self.user_handle,
            more={"clientExtensionResults": {}},
        )

    def _data(self, flags):
        site = hashlib.sha256(self.site.encode()).digest()
        return site + bytes([flags]) + struct.pack(">I", self.count)

    def _client(self, kind, challenge):
        return json.dumps(
            {"type": kind, "challenge": challenge, "origin": f"https://{self.site}"}
        ).encode()

    def _sent(self, client, *, more, **response):
        encoded = {
            name: websafe_encode(value) if isinstance(value, bytes) else value
            for name, value in response.items()
        }
        return json.dumps(
            {
                "id": websafe_encode(self.id),
                "rawId": websafe_encode(self.id),
                "type": "public-key",
                "response": {"clientDataJSON": websafe_encode(client), **encoded},
                **more,
            }
        )
