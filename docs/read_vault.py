#!/usr/bin/env python3
"""Reads a vault of kyosei without kyosei, for the day on which kyosei is not there any more.

    read_vault.py VAULT OUT

asks for the passphrase (age does, on the terminal) and writes every document into the new folder OUT, in the clear: the
whole documents of the local state as NAME.automerge, and the parts from the entries as NUMBER-NAME.changes and .snapshot.
Any Automerge library reads them. Needs Python 3 and the stock program `age`, and nothing else. What it does follows
docs/format.md. It verifies no signature, so it shows what is there, not who wrote it.
"""
import pathlib, sqlite3, struct, subprocess, sys, tempfile, zlib

def cbor(b, i=0):                       # one CBOR value and where it ends
    major, n, i = b[i] >> 5, b[i] & 31, i + 1
    if n >= 24:
        width = 1 << (n - 24)
        n, i = int.from_bytes(b[i:i + width], "big"), i + width
    if major == 0: return n, i
    if major == 1: return -1 - n, i
    if major == 2: return b[i:i + n], i + n
    if major == 3: return b[i:i + n].decode(), i + n
    if major == 7: return {20: False, 21: True, 22: None}[n], i
    items = []
    for _ in range(n * (2 if major == 5 else 1)):
        item, i = cbor(b, i)
        items.append(tuple(item) if isinstance(item, list) else item)
    return (items if major == 4 else dict(zip(items[::2], items[1::2]))), i

def age_key(secret):                    # Bech32 of a 32-byte secret
    hrp, alphabet = "age-secret-key-", "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    bits = "".join(f"{byte:08b}" for byte in secret) + "0000"
    data = [int(bits[k:k + 5], 2) for k in range(0, 260, 5)]
    check = 1
    for v in [ord(c) >> 5 for c in hrp] + [0] + [ord(c) & 31 for c in hrp] + data + [0] * 6:
        top, check = check >> 25, (check & 0x1ffffff) << 5 ^ v
        for k, g in enumerate((0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3)):
            check ^= g if top >> k & 1 else 0
    data += [(check ^ 1) >> 5 * (5 - k) & 31 for k in range(6)]
    return (hrp + "1" + "".join(alphabet[v] for v in data)).upper()

def unframe(frame):
    _version, method, length, body = struct.unpack("<BBII", frame[:10])
    content = frame[10:10 + body]
    return zlib.decompress(content, -15)[:length] if method else content

def open_envelope(secrets, sealed):     # the content, by the first key that fits
    for secret in secrets:
        with tempfile.NamedTemporaryFile("w", dir="/dev/shm") as key:
            key.write(age_key(secret) + "\n"); key.flush()
            opened = subprocess.run(["age", "-d", "-i", key.name], input=sealed, capture_output=True)
        if opened.returncode == 0: return unframe(opened.stdout)
    return None

vault = pathlib.Path(sys.argv[1])
keys, _ = cbor(unframe(subprocess.run(["age", "-d", str(vault / "device.age")], stdout=subprocess.PIPE, check=True).stdout))
device_secret, local_secret = keys[4], keys[5]
db = sqlite3.connect(f"file:{vault / 'vault.db'}?mode=ro", uri=True)
rows = db.execute("SELECT header, bytes FROM entry JOIN payload ON payload.entry = entry.number ORDER BY entry.number").fetchall()
headers = [(cbor(header)[0], payload) for header, payload in rows]

epochs = []                             # secrets of all epochs that this device can open
for header, payload in headers:
    if header[5] == 1:
        body, _ = cbor(cbor(payload)[0][2])
        if body[4] == 7:
            _public, chain, wraps, _recovery = cbor(body[5])[0]
            found = [*filter(None, (open_envelope([device_secret], wrap) for wrap in wraps.values()))]
            older = open_envelope(found, chain) if found and chain else None
            epochs += found + (list(cbor(older)[0][1]) if older else [])

out = pathlib.Path(sys.argv[2]); out.mkdir(mode=0o700)
def write(name, content):
    (out / name).write_bytes(content)
    print(name, len(content))

for header, payload in headers:
    content = open_envelope(epochs, payload) if header[5] == 0 else None
    for doc, kind, body in cbor(content)[0][5] if content else []:
        write(f"{header[2].hex()[:8]}-{header[3]:08d}-{doc.hex()}.{('changes', 'snapshot')[kind]}", body)
for (pack,) in db.execute("SELECT bytes FROM state WHERE slot % 4294967296 >= 16").fetchall():
    for doc, save in cbor(open_envelope([local_secret], pack))[0][1].items():
        write(f"{doc.hex()}.automerge", save)
