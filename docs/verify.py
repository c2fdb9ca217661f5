#!/usr/bin/env python3
"""Verifies a Piaoku data folder or receipt with nothing of Piaoku's: Python's standard library, and libzstd for the
content (which dpkg itself needs). RFC 6962 tree, C2SP signed-note, tlog-checkpoint and tiles, RFC 8032, RFC 2104.

    verify.py FOLDER [CHECKPOINT ...]   ledger, content, originals; and that it continues each checkpoint kept elsewhere
    verify.py RECEIPT.json KEY          a receipt; KEY is the text or the file of key.pub

Exit code 0: everything holds. 1: something does not, each thing in a line. What it does not look at: the rows that are
searched (`piaoku verify` compares them). What only a CHECKPOINT kept elsewhere can show: docs/concepts/ledger.md."""
import base64, ctypes, hashlib, hmac, json, os, shutil, sqlite3, sys, tempfile

wrong = []
def check(holds, what):
    if not holds: wrong.append(what)
    return holds
def sha(*parts): return hashlib.sha256(b"".join(parts)).digest()
# ---- RFC 8032: Ed25519, straight from the definition
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, P - 2, P) % P, pow(2, (P - 1) // 4, P)
def point(data):
    y = int.from_bytes(data, "little"); sign, y = y >> 255, y & (2**255 - 1)
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P: x = x * ROOT % P
    if (x * x - x2) % P or y >= P or (x == 0 and sign): return None
    return (P - x if x & 1 != sign else x, y)
def add(a, b):
    (x1, y1), (x2, y2) = a, b; t = D * x1 * x2 * y1 * y2
    return ((x1 * y2 + x2 * y1) * pow(1 + t, P - 2, P) % P, (y1 * y2 + x1 * x2) * pow(1 - t, P - 2, P) % P)
def times(n, a):
    sum_ = (0, 1)
    while n:
        if n & 1: sum_ = add(sum_, a)
        a, n = add(a, a), n >> 1
    return sum_
def signed(key, text, sig):
    a, r, s = point(key), point(sig[:32]), int.from_bytes(sig[32:], "little")
    if len(sig) != 64 or a is None or r is None or s >= L: return False
    base = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    k = int.from_bytes(hashlib.sha512(sig[:32] + key + text).digest(), "little") % L
    return times(s, base) == add(r, times(k, a))
# ---- C2SP: keys, signed notes, checkpoints
def vkey(text):
    name, key_id, key = text.strip().split("+", 2); key = base64.b64decode(key, validate=True)
    ok = len(key) == 33 and key[0] == 1 and sha(name.encode() + b"\n" + key)[:4].hex() == key_id
    return (name, bytes.fromhex(key_id), key[1:]) if check(ok, "key: not a public key of a ledger") else (name, b"", b"")
def checkpoint(note, key):
    text, _, lines = note.rpartition("\n\n"); text += "\n"; name, key_id, public = key
    lines = [line.split(" ") for line in lines.splitlines()]
    sigs = [base64.b64decode(line[2]) for line in lines if len(line) == 3 and line[:2] == ["\u2014", name]]
    ours = [sig[4:] for sig in sigs if sig[:4] == key_id]
    if not ours or not all(signed(public, text.encode(), sig) for sig in ours):
        check(False, "checkpoint: the signature does not hold"); return None
    origin, size, root = text.split("\n")[:3]; check(origin == name, f"checkpoint: it is of {origin}, the key is of {name}")
    return int(size), base64.b64decode(root)
# ---- RFC 6962: the tree
def leaf(data): return sha(b"\0", data)
def root(hashes):
    if len(hashes) < 2: return hashes[0] if hashes else sha(b"")
    k = 1 << (len(hashes) - 1).bit_length() - 1
    return sha(b"\1", root(hashes[:k]), root(hashes[k:]))
def root_by_path(index, size, node, path):  # RFC 9162, 2.1.3.2
    fn, sn = index, size - 1
    for p in path:
        if sn == 0: return None
        if fn & 1 or fn == sn:
            node = sha(b"\1", p, node)
            while not fn & 1 and fn: fn, sn = fn >> 1, sn >> 1
        else: node = sha(b"\1", node, p)
        fn, sn = fn >> 1, sn >> 1
    return node if sn == 0 else None
def tiles(hashes):
    level = 0
    while hashes:
        for i in range(0, len(hashes), 256): yield (level, i // 256), b"".join(hashes[i:i + 256])
        hashes = [root(hashes[i:i + 256]) for i in range(0, len(hashes) // 256 * 256, 256)]; level += 1
# ---- entries: CBOR (RFC 8949) of one fixed shape
def cbor(data, at=0):
    major, n = data[at] >> 5, data[at] & 31; at += 1
    if n >= 24: w = 1 << n - 24; n, at = int.from_bytes(data[at:at + w], "big"), at + w
    if major in (0, 1): return (n if major == 0 else -1 - n), at
    if major in (2, 3): return (data[at:at + n] if major == 2 else data[at:at + n].decode()), at + n
    items = []
    for _ in range(n): item, at = cbor(data, at); items.append(item)
    return items, at
def entry(data):
    fields, end = cbor(data); assert end == len(data) and len(fields) == 10 and fields[0] == 1
    return fields[8:]  # the commitment and the originals
def zstd(data):
    lib = ctypes.CDLL("libzstd.so.1"); lib.ZSTD_getFrameContentSize.restype = ctypes.c_ulonglong
    lib.ZSTD_decompress.restype = ctypes.c_size_t
    size = lib.ZSTD_getFrameContentSize(data, ctypes.c_size_t(len(data))); assert size < 2**30
    out = ctypes.create_string_buffer(size); done = lib.ZSTD_decompress(out, ctypes.c_size_t(size), data, ctypes.c_size_t(len(data)))
    assert done == size; return out.raw

def receipt(path, key):
    r = json.load(open(path, encoding="utf-8")); data = base64.b64decode(r["entry"], validate=True)
    head = checkpoint(r["checkpoint"], vkey(open(key).read() if os.path.exists(key) else key))
    check(leaf(data).hex() == r["leaf_hash"], "receipt: the leaf hash is not that of the entry")
    path = [bytes.fromhex(h) for h in r["inclusion"]]
    check(head and 0 <= r["index"] < head[0] and root_by_path(r["index"], head[0], leaf(data), path) == head[1],
          "receipt: the path does not lead from the entry to the signed root")
    o, (commitment, _) = r.get("opening"), entry(data)
    if o: check(hmac.digest(bytes.fromhex(o["salt"]), o["payload"].encode(), "sha256") == commitment,
                "receipt: the content is not the one committed to")
    return f"entry {r['index']} of {head and head[0]}, {'with' if o else 'without'} its content"

def folder(path, kept):
    key, scratch = vkey(open(os.path.join(path, "key.pub")).read()), tempfile.mkdtemp()
    for name in ("piaoku.db", "piaoku.db-wal"):  # a copy is read: opening a database may write to it
        if os.path.exists(os.path.join(path, name)): shutil.copy(os.path.join(path, name), scratch)
    db = sqlite3.connect(os.path.join(scratch, "piaoku.db")); db.text_factory = bytes
    size, stated, note = db.execute("SELECT size, root, checkpoint FROM head").fetchone()
    check(checkpoint(note.decode(), key) == (size, stated), "checkpoint: it is not of the ledger's head")
    hashes, named = [], {row[0] for row in db.execute("SELECT digest FROM arrival")}
    rows = db.execute("SELECT e.idx, e.bytes, e.leaf, p.bytes, p.salt FROM entry e LEFT JOIN payload p USING (idx) ORDER BY 1")
    for at, (idx, data, stored, payload, salt) in enumerate(rows):
        check(idx == at, f"entry {at}: it is gone")
        check(leaf(data) == stored, f"entry {idx}: it is not the one its hash is of"); hashes.append(leaf(data))
        try:
            commitment, originals = entry(data); named.update(originals)
            check(hmac.digest(salt, zstd(payload), "sha256") == commitment, f"entry {idx}: its content was altered")
        except OSError: check(False, "content: NOT CHECKED, because libzstd.so.1 is not installed")
        except Exception as error: check(False, f"entry {idx}: it or its content cannot be read: {error!r}")
    check(len(hashes) == size, f"ledger: it has {len(hashes)} entries, signed were {size}")
    check(root(hashes) == stated, "ledger: the entries do not amount to the signed root")
    have = {(level, idx): data for level, idx, data in db.execute("SELECT level, idx, bytes FROM tile")}
    check(have == dict(tiles(hashes)), "tiles: they are not the hashes of the entries"); db.close(); shutil.rmtree(scratch)
    slots = [slot.strip(b"\n").decode().rsplit(" ", 1) for slot in open(os.path.join(path, "tip"), "rb").read().split(b"\n") if slot]
    slots = [body.split(" ") for body, sum_ in slots if hashlib.sha256(body.encode()).hexdigest() == sum_]
    tip = max(slots, key=lambda slot: int(slot[1]), default=["", "", "none"])
    known = [("tip file", int(tip[3]), bytes.fromhex(tip[4]))] if tip[2] != "none" else []
    check(known, "tip file: it knows no head")
    known += [(name, *(checkpoint(open(name, encoding="utf-8").read(), key) or (0, sha(b"")))) for name in kept]
    for name, covers, covered in known:
        check(covers <= size, f"{name}: {covers} entries were signed, here are {size}: the ledger was put back to an older state")
        check(covers > size or root(hashes[:covers]) == covered, f"{name}: its entries are not those of the ledger: history was rewritten")
    for digest in named:
        name = digest.hex(); file = os.path.join(path, "originals", name[:2], name[2:4], name)
        if check(os.path.exists(file), f"original {name}: it is gone"):
            check(hashlib.sha256(open(file, "rb").read()).digest() == digest, f"original {name}: it was altered")
    return f"{size} entries, {len(named)} originals, root {stated.hex()}, {len(kept)} checkpoints kept elsewhere"

if __name__ == "__main__":
    try:
        if len(sys.argv) < 2: sys.exit(__doc__)
        told = (folder(sys.argv[1], sys.argv[2:]) if os.path.isdir(sys.argv[1]) else receipt(*sys.argv[1:3]))
    except Exception as error: check(False, f"cannot be read: {error!r}"); told = "stopped"
    print("verified " + told, *("  WRONG " + what for what in wrong), sep="\n")
    print("everything holds" if not wrong else f"{len(wrong)} things do not hold"); sys.exit(1 if wrong else 0)
