#!/usr/bin/env python3
"""Makes the frozen vectors of this folder, and the examples of docs/PROTOCOL.md, from fixed bytes.

It was written from docs/PROTOCOL.md and shares no code with the crate: what it makes and the crate
accepts shows that the document is enough. It is deterministic; run again, it changes nothing.

    pip install pynacl mnemonic
    python3 tests/vectors/make.py                    # writes tests/vectors/*.json
    python3 tests/vectors/make.py --examples DIR     # and the examples, one file each
    python3 tests/vectors/make.py --corpus fuzz/corpus

Vectors that were released are never changed; new ones are added.
"""

import argparse
import base64
import copy
import fractions
import hashlib
import hmac
import itertools
import json
import pathlib
import struct
import sys

import mnemonic
from nacl import bindings

HERE = pathlib.Path(__file__).resolve().parent
WORDS = mnemonic.Mnemonic("english").wordlist

ANALYST, SERVER = 2, 1
RELEASE_ALL = {"release": {"suppressed": []}}
REJECTIONS = [
    "analyst_box_unopenable",
    "analyst_header_mismatch",
    "analyst_share_malformed",
    "proof_rejected",
    "server_box_unopenable",
    "server_header_mismatch",
    "server_share_malformed",
    "verifier_message_rejected",
]


# --- which groups are released ---


def groups_of(dimensions):
    """The cohorts of each group, in the order of the groups."""
    if not dimensions:
        return [[0]]
    rows, columns = (dimensions + [1])[:2]
    cohorts = range(rows * columns)
    groups = [list(cohorts)]
    if len(dimensions) == 2:
        groups += [[c for c in cohorts if c // columns == row] for row in range(rows)]
        groups += [[c for c in cohorts if c % columns == column] for column in range(columns)]
    return groups + [[c] for c in cohorts]


def rank(vectors):
    """How many of these vectors are independent, with rational factors."""
    rows = []
    for vector in vectors:
        rest = [fractions.Fraction(x) for x in vector]
        for pivot, row in rows:
            factor = rest[pivot] / row[pivot]
            rest = [x - factor * y for x, y in zip(rest, row)]
        pivot = next((i for i, x in enumerate(rest) if x), None)
        if pivot is not None:
            rows.append((pivot, rest))
    return len(rows)


def suppress(dimensions, counts, least):
    """Tries every set of cohorts; enough parties for the whole are taken for granted."""
    groups = groups_of(dimensions)
    parties = [sum(counts[c] for c in group) for group in groups]
    filled = [c for c, n in enumerate(counts) if n]
    small = [
        some
        for size in range(1, len(filled))
        for some in itertools.combinations(filled, size)
        if sum(counts[c] for c in some) < least
    ]

    def tells(known, some):
        """Whether a combination of the known totals is about these cohorts alone."""
        whole = [[int(c in group) for c in filled] for group in known]
        elsewhere = [[int(c in group) for c in filled if c not in some] for group in known]
        return rank(elsewhere) < rank(whole)

    released = [0] + [i for i, n in enumerate(parties) if n == 0]
    for i in sorted(range(1, len(groups)), key=lambda i: (-parties[i], i)):
        known = [groups[j] for j in released + [i]]
        if parties[i] >= least and not any(tells(known, some) for some in small):
            released.append(i)
    return [i for i in range(len(groups)) if i not in released]


def merge(dimensions, rules, counts, least):
    """The options that are counted as others, and what each cohort has then."""
    columns = (dimensions + [1])[1]
    place = [divmod(c, columns) for c in range(len(counts))]
    merged = []
    for dimension, rule in enumerate(rules):
        chosen = []
        if rule:
            into, options = rule
            have = {
                o: sum(n for n, p in zip(counts, place) if p[dimension] == o)
                for o in [into, *options]
            }
            chosen = [o for o in options if 0 < have[o] < least]
            others = sorted((o for o in options if have[o] >= least), key=lambda o: (have[o], o))
            while others and 0 < sum(have[o] for o in [into, *chosen]) < least:
                chosen.append(others.pop(0))
        merged.append(sorted(chosen))
    together = [0] * len(counts)
    for n, p in zip(counts, place):
        home = list(p)
        for dimension, rule in enumerate(rules):
            if home[dimension] in merged[dimension]:
                home[dimension] = rule[0]
        together[home[0] * columns + home[1]] += n
    return merged, together


# --- bytes and text ---


def b64(data):
    return base64.urlsafe_b64encode(bytes(data)).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def compact(value):
    return json.dumps(value, separators=(",", ":")).encode()


def fixed(label, length=32):
    """Bytes that look random and are always the same."""
    out = b""
    while len(out) < length:
        out += hashlib.sha256(f"web-mpc vector {label} {len(out)}".encode()).digest()
    return out[:length]


# --- cryptography ---


def tagged(tag, *parts):
    return b"web-mpc/1/" + tag.encode() + b"\0" + b"".join(parts)


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def H(tag, *parts):
    return sha(tagged(tag, *parts))


def mac(key, tag, *parts):
    return hmac.new(key, tagged(tag, *parts), hashlib.sha256).digest()


def box_public(secret):
    return bindings.crypto_scalarmult_base(secret)


def sign_public(seed):
    return bindings.crypto_sign_seed_keypair(seed)[0]


def sign(seed, tag, body):
    secret = bindings.crypto_sign_seed_keypair(seed)[1]
    return bindings.crypto_sign(tagged(tag, body), secret)[:64]


def seal(ephemeral, public, plaintext):
    epk = box_public(ephemeral)
    nonce = hashlib.blake2b(epk + public, digest_size=24).digest()
    return epk + bindings.crypto_box(plaintext, nonce, public, ephemeral)


# --- numbers ---


def lock(passphrase, tag, plaintext, passes=1, memory=64):
    """What a passphrase keeps closed, as it stands in a file; memory in KiB."""
    salt, nonce = fixed(f"salt {tag}", 16), fixed(f"nonce {tag}", 24)
    key = bindings.crypto_pwhash_alg(
        32,
        passphrase.encode(),
        salt,
        passes,
        memory * 1024,
        bindings.crypto_pwhash_ALG_ARGON2ID13,
    )
    sealed = bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(
        plaintext, b"web-mpc/1/" + tag.encode() + b"\0", nonce, key
    )
    return {
        "kdf": "argon2id",
        "passes": passes,
        "memory": memory,
        "salt": b64(salt),
        "cipher": "xchacha20poly1305",
        "nonce": b64(nonce),
        "sealed": b64(sealed),
    }


def residue_len(p):
    return ((p - 1).bit_length() + 7) // 8


def encode(p, value):
    return (value % p).to_bytes(residue_len(p), "big")


def draw(p, stream):
    """A uniform residue from a stream of bytes, by rejection."""
    length = residue_len(p)
    mask = 0xFF >> (-(p - 1).bit_length() % 8)
    while True:
        chunk, stream = stream[:length], stream[length:]
        assert len(chunk) == length
        number = int.from_bytes(bytes([chunk[0] & mask]) + chunk[1:], "big")
        if number < p:
            return number


def split(p, value, stream):
    analyst = draw(p, stream)
    return (value - analyst) % p, analyst


# --- records ---


def signed(record, seed, tag):
    body = compact(record)
    return {"body": b64(body), "signature": b64(sign(seed, tag, body))}


def countersigned(record, analyst_seed, server_seed, tag):
    body = compact(record)
    return {
        "body": b64(body),
        "analyst_signature": b64(sign(analyst_seed, tag, body)),
        "server_signature": b64(sign(server_seed, tag + "-countersignature", body)),
    }


def body_of(record):
    return unb64(record["body"])


# --- a computation ---


class World:
    def __init__(
        self, label, modulus=2**127 - 1, is_signed=False, low=0, high=2**64 - 1, **changes
    ):
        self.label, self.p = label, modulus
        self.analyst_box = fixed(f"{label} analyst box")
        self.analyst_seed = fixed(f"{label} analyst seed")
        self.server_box = fixed(f"{label} server box")
        self.server_seed = fixed(f"{label} server seed")
        self.computation_box = fixed(f"{label} computation box")
        self.analyst = {
            "box": b64(box_public(self.analyst_box)),
            "sign": b64(sign_public(self.analyst_seed)),
        }
        self.server = {
            "box": b64(box_public(self.server_box)),
            "sign": b64(sign_public(self.server_seed)),
        }
        key = box_public(self.computation_box)
        self.computation_key = {
            "box": b64(key),
            "signature": b64(sign(self.server_seed, "computation-key", key)),
        }
        self.record = {
            "version": 1,
            "nonce": b64(fixed(f"{label} nonce")),
            "name": "web-mpc",
            "round": 1,
            "kind": {
                "sum": {
                    "modulus": str(modulus),
                    "signed": is_signed,
                    "min": str(low),
                    "max": str(high),
                }
            },
            "analyst": self.analyst,
            "server": {"identity": self.server, "computation_key": self.computation_key},
            "min_parties": 1,
            "max_parties": 1000000,
            "max_rejected": None,
            "access": "open",
            "tracking": "count",
            "time_grain": 3600,
            "publication": "none",
        }
        self.record.update(changes)
        self.manifest = self.agree(self.record)
        self.fingerprint = H("fingerprint", body_of(self.manifest))

    def agree(self, record):
        return countersigned(record, self.analyst_seed, self.server_seed, "manifest")

    def secrets(self):
        return {
            "analyst_box_secret": b64(self.analyst_box),
            "analyst_seed": b64(self.analyst_seed),
            "server_box_secret": b64(self.server_box),
            "server_seed": b64(self.server_seed),
            "computation_box_secret": b64(self.computation_box),
        }

    def key_id(self, identity):
        return H("key-id", unb64(identity["box"]), unb64(identity["sign"]))


def words(fingerprint, count):
    bits = int.from_bytes(fingerprint, "big")
    return " ".join(WORDS[bits >> (256 - 11 * (i + 1)) & 2047] for i in range(count))


# --- a submission ---


class Party:
    def __init__(self, world, label, value, sequence=1, server_share=None, analyst_share=None):
        self.world, self.label = world, label
        self.seed = fixed(f"{label} party seed")
        self.key = sign_public(self.seed)
        self.id = fixed(f"{label} submission id {sequence}", 16)
        self.sequence = sequence
        self.random = fixed(f"{label} share {sequence}", 4 * residue_len(world.p))
        server, analyst = split(world.p, value, self.random)
        length = residue_len(world.p)
        self.server_share = encode(world.p, server) if server_share is None else server_share
        self.analyst_share = encode(world.p, analyst) if analyst_share is None else analyst_share
        assert len(self.server_share) == len(self.analyst_share) == length
        self.ephemeral_analyst = fixed(f"{label} ephemeral analyst {sequence}")
        self.ephemeral_server = fixed(f"{label} ephemeral server {sequence}")
        self.public_part = b""
        self.build()

    def header(self, to, **other):
        fields = {
            "tag": b"web-mpc/1/input-share\0",
            "role": bytes([to]),
            "fingerprint": self.world.fingerprint,
            "party_key": self.key,
            "submission_id": self.id,
            "public_hash": sha(self.public_part),
            "cohort": struct.pack(">I", 0),
        }
        if to == SERVER:
            fields["sequence"] = struct.pack(">Q", self.sequence)
            fields["analyst_box_hash"] = sha(self.analyst_sealed)
        for name, value in other.items():
            assert name in fields and len(fields[name]) == len(value)
            fields[name] = value
        return b"".join(fields.values())

    def build(self, analyst_header=None, server_header=None, analyst_to=None, server_to=None):
        world = self.world
        self.analyst_plain = self.header(ANALYST, **(analyst_header or {})) + self.analyst_share
        analyst_to = analyst_to or box_public(world.analyst_box)
        self.analyst_sealed = seal(self.ephemeral_analyst, analyst_to, self.analyst_plain)
        self.server_plain = self.header(SERVER, **(server_header or {})) + self.server_share
        server_to = server_to or box_public(world.computation_box)
        self.server_sealed = seal(self.ephemeral_server, server_to, self.server_plain)
        self.finish()
        return self

    def finish(self):
        """s, hash and signature over the boxes as they are."""
        number = struct.pack(">Q", self.sequence)
        self.s = H("submission-sequence", number, sha(self.server_sealed))
        self.hash = H(
            "submission-hash",
            self.world.fingerprint,
            self.key,
            self.id,
            sha(self.public_part),
            sha(self.analyst_sealed),
            self.s,
        )
        self.signature = sign(self.seed, "submission", self.hash)
        return self

    def message(self):
        return {
            "fingerprint": b64(self.world.fingerprint),
            "party_key": b64(self.key),
            "submission_id": b64(self.id),
            "sequence": self.sequence,
            "public_part": b64(self.public_part),
            "server_box": b64(self.server_sealed),
            "analyst_box": b64(self.analyst_sealed),
            "signature": b64(self.signature),
        }

    def receipt(self):
        record = {
            "fingerprint": b64(self.world.fingerprint),
            "party_key": b64(self.key),
            "sequence": self.sequence,
            "submission_hash": b64(self.hash),
            "invitations": 0,
        }
        return signed(record, self.world.server_seed, "receipt")

    def entry(self, verdict=0):
        return (
            self.key + self.id + self.s + self.public_part + self.analyst_sealed + bytes([verdict])
        )


# --- a batch ---


def leaf(key, submission_hash):
    return sha(b"\0", key, submission_hash)


def split_at(count):
    return 1 << ((count - 1).bit_length() - 1)


def root(hashes):
    if not hashes:
        return sha()
    if len(hashes) == 1:
        return hashes[0]
    k = split_at(len(hashes))
    return sha(b"\1", root(hashes[:k]), root(hashes[k:]))


def path(hashes, index):
    if len(hashes) < 2:
        return []
    k = split_at(len(hashes))
    if index < k:
        return path(hashes[:k], index) + [root(hashes[k:])]
    return path(hashes[k:], index - k) + [root(hashes[:k])]


def bitmap(bits):
    out = bytearray((len(bits) + 7) // 8)
    for i, bit in enumerate(bits):
        out[i // 8] |= bit << (i % 8)
    return bytes(out)


def accepted_hash(bits):
    return H("accepted", struct.pack(">Q", len(bits)), bitmap(bits))


def frame(kind, number, entries):
    return bytes([kind]) + struct.pack(">II", number, len(entries)) + b"".join(entries)


class Batch:
    """A whole reveal: everything that both sides make of some submissions."""

    def __init__(self, world, parties):
        self.world = world
        self.parties = sorted(parties, key=lambda party: party.key)
        self.leaves = [leaf(p.key, p.hash) for p in self.parties]
        self.root = root(self.leaves)
        self.record = {
            "fingerprint": b64(world.fingerprint),
            "parties": len(parties),
            "root": b64(self.root),
        }
        self.signed = signed(self.record, world.server_seed, "batch")

    def judge(self, verdict):
        """`verdict` tells the analyst's code for a party."""
        world, p = self.world, self.world.p
        self.codes = [verdict(party) for party in self.parties]
        self.bits = [code == 0 for code in self.codes]
        self.page = frame(1, 0, [party.entry() for party in self.parties])
        self.analyst_verdicts = frame(2, 0, [bytes([code]) for code in self.codes])
        self.server_verdicts = frame(3, 0, [bytes([code]) for code in self.codes])
        good = [party for party, bit in zip(self.parties, self.bits) if bit]
        self.server_aggregate = sum(int.from_bytes(x.server_share, "big") for x in good) % p
        self.analyst_aggregate = sum(int.from_bytes(x.analyst_share, "big") for x in good) % p
        rejected = {}
        for code in sorted(code for code in self.codes if code):
            name = REJECTIONS[code - 1]
            rejected[name] = rejected.get(name, 0) + 1
        reasons = []
        minimum, maximum = world.record["min_parties"], world.record["max_rejected"]
        by_analyst = sum(1 for code in self.codes if 1 <= code <= 4)
        if len(good) < minimum:
            reasons.append({"too_few_accepted": {"accepted": len(good), "minimum": minimum}})
        if maximum is not None and by_analyst > maximum:
            reasons.append({"too_many_rejected": {"rejected": by_analyst, "maximum": maximum}})
        self.commit_record = {
            "fingerprint": b64(world.fingerprint),
            "root": b64(self.root),
            "accepted": b64(accepted_hash(self.bits)),
            "counts": {"accepted": len(good), "rejected": rejected},
            "outcome": {"end": {"reasons": reasons}} if reasons else RELEASE_ALL,
        }
        seeds = world.analyst_seed, world.server_seed
        self.commit_signed = signed(self.commit_record, world.analyst_seed, "commit")
        self.commit = countersigned(self.commit_record, *seeds, "commit")
        self.commit_hash = H("commit-hash", body_of(self.commit))
        self.aggregate = (self.server_aggregate + self.analyst_aggregate) % p
        self.values = struct.pack(">Q", len(good)) + encode(p, self.aggregate)
        return self

    def release(self, share=None, commit_hash=None, tag="aggregate-share", **changes):
        world = self.world
        share = encode(world.p, self.server_aggregate) if share is None else share
        plain = tagged(tag, commit_hash or self.commit_hash, share)
        sealed = seal(fixed("release ephemeral"), box_public(world.analyst_box), plain)
        record = {
            "fingerprint": b64(world.fingerprint),
            "commit": b64(self.commit_hash),
            "sealed_share": b64(sealed),
        }
        record.update(changes)
        return signed(record, world.server_seed, "release")

    def result(self, **changes):
        world = self.world
        self.k = mac(world.analyst_box, "result-key", world.fingerprint, self.root)
        plain = tagged("result-blob", self.commit_hash, self.values)
        sealed = seal(fixed("result ephemeral"), box_public(world.analyst_box), plain)
        record = {
            "fingerprint": b64(world.fingerprint),
            "commit": b64(self.commit_hash),
            "commitment": b64(H("result-commitment", self.k, self.values)),
            "sealed_result": b64(sealed),
        }
        record.update(changes)
        return signed(record, world.analyst_seed, "result")

    def publication(self):
        content = mac(self.world.analyst_box, "result-key", self.world.fingerprint, self.root)
        record = {
            "fingerprint": b64(self.world.fingerprint),
            "commit": b64(self.commit_hash),
            "content": {"public": b64(content + self.values)},
        }
        return signed(record, self.world.analyst_seed, "publication")

    def inclusion(self, party):
        place = None
        if party in self.parties:
            index = self.parties.index(party)
            code = self.codes[index]
            place = {
                "index": index,
                "submission_hash": b64(party.hash),
                "path": [b64(each) for each in path(self.leaves, index)],
                "rejection": REJECTIONS[code - 1] if code else None,
            }
        return {
            "batch": self.signed,
            "commit": self.commit,
            "accepted": b64(bitmap(self.bits)),
            "place": place,
        }


def notice(world, number, last, **changes):
    record = {
        "fingerprint": b64(world.fingerprint),
        "number": number,
        "previous": b64(H("notice-hash", body_of(last)) if last else world.fingerprint),
        "action": "freeze",
    }
    record.update(changes)
    return signed(record, world.analyst_seed, "notice")


# --- the vectors ---


class File:
    def __init__(self, about):
        self.about, self.vectors = about, []

    def add(self, kind, name, given, output=None, error=None):
        assert all((v["kind"], v["name"]) != (kind, name) for v in self.vectors), (kind, name)
        vector = {"kind": kind, "name": name, "input": given}
        if kind.startswith("bad_"):
            assert output is None
            if error is not None:
                vector["error"] = error
        else:
            assert error is None
            vector["output"] = output
        self.vectors.append(vector)

    def write(self, name):
        text = json.dumps({"about": self.about, "vectors": self.vectors}, indent=1)
        (HERE / name).write_text(text + "\n")


def flip(data, at=-1):
    changed = bytearray(data)
    changed[at] ^= 1
    return bytes(changed)


def crypto_file(world, telling):
    file = File("Keys, hashes, sealed boxes and signatures. Bytes are base64url without padding.")
    for name, identity in [("server", world.server), ("analyst", world.analyst)]:
        file.add("key_id", name, identity, b64(world.key_id(identity)))
    tags = (
        "key-id fingerprint manifest manifest-countersignature computation-key notice notice-hash "
        "login login-answer input-share submission-sequence submission-hash submission receipt "
        "batch accepted commit commit-countersignature commit-hash release aggregate-share result "
        "result-key result-commitment result-blob jiff-signing-seed"
    ).split()
    seed = fixed("signing seed")
    for tag in tags:
        body = fixed(f"body {tag}", 40)
        file.add("hash", tag, {"tag": "web-mpc/1/" + tag, "body": b64(body)}, b64(H(tag, body)))
    file.add("hash", "empty body", {"tag": "web-mpc/1/receipt", "body": ""}, b64(H("receipt")))
    key = fixed("hmac key")
    file.add(
        "hmac",
        "key of a commitment",
        {"key": b64(key), "tag": "web-mpc/1/result-key", "body": b64(fixed("hmac body", 64))},
        b64(mac(key, "result-key", fixed("hmac body", 64))),
    )
    file.add(
        "hmac",
        "seed from a key of JIFF",
        {"key": b64(key), "tag": "web-mpc/1/jiff-signing-seed", "body": ""},
        b64(mac(key, "jiff-signing-seed")),
    )
    secret = fixed("box secret")
    file.add("box_key", "scalar", {"secret": b64(secret)}, b64(box_public(secret)))
    file.add("signing_key", "seed", {"seed": b64(seed)}, b64(sign_public(seed)))
    for name, plaintext in [("empty", b""), ("short", b"share"), ("long", fixed("plain", 1000))]:
        given = {
            "ephemeral": b64(fixed("ephemeral")),
            "recipient_secret": b64(secret),
            "plaintext": b64(plaintext),
        }
        sealed = seal(fixed("ephemeral"), box_public(secret), plaintext)
        file.add("sealed_box", name, given, b64(sealed))
    for name, tag, body in [("receipt", "receipt", b'{"a":1}'), ("empty", "commit", b"")]:
        given = {"seed": b64(seed), "tag": "web-mpc/1/" + tag, "body": b64(body)}
        file.add("signature", name, given, b64(sign(seed, tag, body)))
    analyst_nonce, server_nonce = fixed("analyst nonce"), fixed("server nonce")
    challenge = sign_public(world.server_seed) + world.fingerprint + analyst_nonce + server_nonce
    file.add(
        "login",
        "both signatures",
        {
            **world.secrets(),
            "fingerprint": b64(world.fingerprint),
            "analyst_nonce": b64(analyst_nonce),
            "server_nonce": b64(server_nonce),
        },
        {
            "challenge": b64(challenge),
            "login": b64(sign(world.analyst_seed, "login", challenge)),
            "login_answer": b64(sign(world.server_seed, "login-answer", challenge)),
        },
    )
    telling.lists(file, world)

    # RFC 7748 and libsodium's list of points whose multiples by a clamped scalar are zero.
    low_order = {
        "zero": "00" * 32,
        "one": "01" + "00" * 31,
        "order 8": "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "order 8 too": "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "p - 1": "ec" + "ff" * 30 + "7f",
        "p": "ed" + "ff" * 30 + "7f",
        "p + 1": "ee" + "ff" * 30 + "7f",
    }
    for name, text in low_order.items():
        file.add("bad_box_key", name, {"public": b64(bytes.fromhex(text))})
    sealed = seal(fixed("ephemeral"), box_public(secret), b"share")
    bad = {
        "ephemeral key changed": flip(sealed, 0),
        "tag changed": flip(sealed, 40),
        "ciphertext changed": flip(sealed),
        "cut": sealed[:-1],
        "one byte more": sealed + b"\0",
        "shorter than the overhead": sealed[:47],
        "empty": b"",
    }
    for name, each in bad.items():
        file.add("bad_sealed_box", name, {"recipient_secret": b64(secret), "sealed": b64(each)})
    other = {"recipient_secret": b64(fixed("other secret")), "sealed": b64(sealed)}
    file.add("bad_sealed_box", "another recipient", other)
    body = b'{"a":1}'
    good = sign(seed, "receipt", body)
    order = 2**252 + 27742317777372353535851937790883648493
    s = int.from_bytes(good[32:], "little")
    cases = {
        "another tag": (sign_public(seed), "commit", body, good),
        "another body": (sign_public(seed), "receipt", b'{"a":2}', good),
        "another key": (sign_public(fixed("other")), "receipt", body, good),
        "R changed": (sign_public(seed), "receipt", body, flip(good, 0)),
        "S changed": (sign_public(seed), "receipt", body, flip(good, 32)),
        "S not reduced": (
            sign_public(seed),
            "receipt",
            body,
            good[:32] + (s + order).to_bytes(32, "little"),
        ),
        "key of small order": (b"\1" + bytes(31), "receipt", body, b"\1" + bytes(63)),
    }
    for name, (public, tag, body, signature) in cases.items():
        given = {
            "public": b64(public),
            "tag": "web-mpc/1/" + tag,
            "body": b64(body),
            "signature": b64(signature),
        }
        file.add("bad_signature", name, given)
    untagged = bindings.crypto_sign(body, bindings.crypto_sign_seed_keypair(seed)[1])[:64]
    given = {
        "public": b64(sign_public(seed)),
        "tag": "web-mpc/1/receipt",
        "body": b64(body),
        "signature": b64(untagged),
    }
    file.add("bad_signature", "no tag", given)
    passphrase, plaintext = "correct horse \u00fc", b'{"version": 1}'

    def locked(tag, **changes):
        known = lock(passphrase, tag, plaintext, changes.pop("passes", 1))
        del known["kdf"], known["cipher"]
        return {"passphrase": passphrase, "tag": "web-mpc/1/" + tag, **known, **changes}

    file.add("locked", "keys", locked("locked-keys"), b64(plaintext))
    file.add("locked", "backup, two passes", locked("locked-backup", passes=2), b64(plaintext))
    keys = locked("locked-keys")
    bad = {
        "another passphrase": {"passphrase": "correct horse u\u0308"},
        "another tag": {"tag": "web-mpc/1/locked-backup"},
        "other passes": {"passes": 2},
        "other memory": {"memory": 72},
        "salt changed": {"salt": b64(flip(unb64(keys["salt"])))},
        "nonce changed": {"nonce": b64(flip(unb64(keys["nonce"])))},
        "ciphertext changed": {"sealed": b64(flip(unb64(keys["sealed"]), 0))},
        "cut": {"sealed": b64(unb64(keys["sealed"])[:-1])},
        "no memory at all": {"memory": 0},
        "more memory than anybody believes": {"memory": 2**32 - 1},
    }
    for name, changes in bad.items():
        file.add("bad_locked", name, {**keys, **changes})
    file.write("crypto.json")


def encodings_file():
    file = File("Texts and numbers: identifiers, moduli, residues, shares, results.")
    lengths = {
        "submission_id": 16,
        "fingerprint": 32,
        "key_id": 32,
        "party_key": 32,
        "submission_hash": 32,
        "digest": 32,
        "nonce": 32,
        "signature": 64,
    }
    for name, length in lengths.items():
        data = fixed(name, length)
        file.add("id", name, {"type": name, "text": b64(data)}, list(data))
    data = b"\xff" * 16
    good = b64(data)
    bad = {
        "other trailing bits": good[:-1] + "x",
        "padded": good + "==",
        "standard alphabet": good.replace("_", "/"),
        "empty": "",
        "one byte short": b64(data[:-1]),
        "one byte more": b64(data + b"\0"),
        "blank in front": " " + good,
        "line feed behind": good + "\n",
        "percent encoded": good.replace("_", "%5F", 1),
    }
    for name, text in bad.items():
        file.add("bad_id", name, {"type": "submission_id", "text": text})

    moduli = {
        "2": 2,
        "256": 256,
        "257": 257,
        "16777729": 16777729,
        "2^127-1": 2**127 - 1,
        "2^4096-1": 2**4096 - 1,
        "2^64": 2**64,
        "2^24+513": 16777729,
    }
    for text, p in moduli.items():
        output = {"decimal": str(p), "residue_bytes": residue_len(p)}
        file.add("modulus", text, {"text": text}, output)
    for text in [
        "0",
        "1",
        "-5",
        "+5",
        "007",
        "",
        "2^",
        "2^4096",
        "2^3-8",
        "2^+8",
        "1_000",
        " 7",
        "3^4",
    ]:
        file.add("bad_modulus", text or "empty", {"text": text})
    for text in ["2^127-1", "0257", "+257", "1", "257.0", ""]:
        file.add("bad_modulus_in_manifest", text or "empty", {"text": text})
    numbers = {"42": "42", "-5": "-5", "+7": "7", "007": "7", " 9\n": "9", "-0": "0"}
    numbers["1" * 1300] = "1" * 1300
    for text, value in numbers.items():
        file.add("number", text[:8].strip(), {"text": text}, value)
    for text in ["", "-", "1.0", "1e3", "0x10", "1_000", "--1", "\u0663", "1 2", "1" * 1301]:
        file.add("bad_number", text[:8] or "empty", {"text": text})
    for text in ["007", "+7", "-0", " 7", "", "7.0"]:
        file.add("bad_number_in_manifest", text or "empty", {"text": text})

    for name in ["2", "256", "257", "16777729", "2^127-1", "2^4096-1"]:
        p = moduli[name]
        for what, value in [("0", 0), ("1", 1), ("12345", 12345), ("p - 1", p - 1), ("-1", -1)]:
            given = {"modulus": name, "value": str(value)}
            file.add("residue", f"{what} modulo {name}", given, b64(encode(p, value)))
        random = fixed(f"sharing {name}", 8 * residue_len(p) + 64)
        server, analyst = split(p, 42, random)
        given = {"modulus": name, "value": "42", "random": b64(random)}
        output = {"server": b64(encode(p, server)), "analyst": b64(encode(p, analyst))}
        file.add("sharing", f"42 modulo {name}", given, output)
        beyond = p.to_bytes(max(residue_len(p), (p.bit_length() + 7) // 8), "big")
        bad = {
            "p": beyond,
            "all ones": b"\xff" * residue_len(p),
            "one byte more": b"\0" + encode(p, 1),
            "one byte less": encode(p, 1)[1:],
        }
        for what, data in bad.items():
            if len(data) == residue_len(p) and int.from_bytes(data, "big") < p:
                continue
            file.add("bad_residue", f"{what} modulo {name}", {"modulus": name, "bytes": b64(data)})
    random = bytes.fromhex("ffff" + "0101" + "0007")
    server, analyst = split(257, 5, random)
    assert analyst == 7
    file.add(
        "sharing",
        "two draws from p up are thrown away",
        {"modulus": "257", "value": "5", "random": b64(random)},
        {"server": b64(encode(257, server)), "analyst": b64(encode(257, analyst))},
    )
    for p, is_signed, residue, number in [
        (7, True, 3, 3),
        (7, True, 4, -3),
        (7, True, 6, -1),
        (7, False, 6, 6),
        (4, True, 2, -2),
        (4, True, 1, 1),
        (2, True, 1, -1),
        (2**127 - 1, True, 2**126 - 1, 2**126 - 1),
        (2**127 - 1, True, 2**126, 2**126 - (2**127 - 1)),
    ]:
        given = {"modulus": str(p), "signed": is_signed, "residue": b64(encode(p, residue))}
        name = f"{residue} of {p}, {'signed' if is_signed else 'unsigned'}"
        file.add("interpretation", name, given, str(number))
    file.write("encodings.json")


def computation_output(world):
    header = len(b"web-mpc/1/input-share") + 2 + 32 + 32 + 16 + 32 + 4
    share = residue_len(world.p)
    entry = 32 + 16 + 32 + (header + share + 48) + 1
    return {
        "fingerprint": b64(world.fingerprint),
        "six_words": words(world.fingerprint, 6),
        "twelve_words": words(world.fingerprint, 12),
        "analyst_key_id": b64(world.key_id(world.analyst)),
        "server_key_id": b64(world.key_id(world.server)),
        "public_part_bytes": 0,
        "server_box_bytes": header + 40 + share + 48,
        "analyst_box_bytes": header + share + 48,
        "submissions_per_page": max(1, min((192 * 1024 - 9) // entry, (64 * 1024 - 9), 1000)),
    }


def computations_file(worlds):
    file = File("Manifests and notices; the secrets are those of the keys that the manifest names.")
    for world in worlds:
        given = {"manifest": world.manifest, **world.secrets()}
        file.add("computation", world.label, given, computation_output(world))
    world = worlds[0]
    good = world.record

    def changed(**changes):
        return world.agree({**good, **changes})

    def bad(name, manifest, error):
        file.add("bad_manifest", name, {"manifest": manifest}, error=error)

    def raw(text):
        seeds = {"analyst_signature": (world.analyst_seed, "manifest")}
        seeds["server_signature"] = (world.server_seed, "manifest-countersignature")
        record = {"body": b64(text)}
        record.update({name: b64(sign(seed, tag, text)) for name, (seed, tag) in seeds.items()})
        return record

    body = body_of(world.manifest)
    for name in ["analyst_signature", "server_signature"]:
        bad(
            f"{name} changed",
            {**world.manifest, name: b64(flip(unb64(world.manifest[name])))},
            "record",
        )
    swapped = {
        "body": world.manifest["body"],
        "analyst_signature": world.manifest["server_signature"],
        "server_signature": world.manifest["analyst_signature"],
    }
    bad("signatures swapped", swapped, "record")
    bad(
        "both signatures by the analyst's tag",
        {
            **world.manifest,
            "server_signature": b64(sign(world.server_seed, "manifest", body)),
        },
        "record",
    )
    bad(
        "body changed",
        {**world.manifest, "body": b64(body.replace(b'"round":1', b'"round":2'))},
        "record",
    )
    bad("unknown field", raw(body[:-1] + b',"note":1}'), "record")
    bad("double field", raw(body.replace(b'"round":1', b'"round":1,"round":1')), "record")
    bad("missing field", raw(body.replace(b'"round":1,', b"")), "record")
    bad("trailing bytes", raw(body + b"{}"), "record")
    bad("not JSON", raw(b"manifest"), "record")
    bad("unknown kind", changed(kind={"average": {}}), "record")
    bad("number as a number", raw(body.replace(b'"min":"0"', b'"min":0')), "record")
    bad("leading zero", raw(body.replace(b'"min":"0"', b'"min":"00"')), "record")
    bad("version 2", changed(version=2), "version")
    for name, key in [("zero", bytes(32)), ("low order", b"\1" + bytes(31))]:
        analyst = {**world.analyst, "box": b64(key)}
        bad(f"analyst's box key {name}", changed(analyst=analyst), "weak_keys")
    same = {**world.analyst, "box": world.server["box"]}
    bad("both compute parties with one box key", changed(analyst=same), "weak_keys")
    same = {**world.analyst, "box": world.computation_key["box"]}
    bad("analyst's box key is the computation's", changed(analyst=same), "weak_keys")
    key = {**world.computation_key, "box": b64(box_public(fixed("another box")))}
    bad(
        "computation key not signed by the server",
        changed(server={"identity": world.server, "computation_key": key}),
        "computation_key",
    )
    for name, changes in {
        "round 0": {"round": 0},
        "minimum 0": {"min_parties": 0},
        "minimum above maximum": {"min_parties": 3, "max_parties": 2},
        "too many parties": {"max_parties": 4000001},
        "time grain 0": {"time_grain": 0},
        "time grain above a week": {"time_grain": 604801},
    }.items():
        bad(name, changed(**changes), "numbers")
    for name, changes in {
        "labels without invitations": {"tracking": "labels"},
        "a result for parties without invitations": {"publication": "parties"},
        "a result for too many parties": {
            "access": "invited",
            "publication": "parties",
            "max_parties": 20001,
        },
    }.items():
        bad(name, changed(**changes), "policy")
    for name, changes in {
        "maximum from p up": {"modulus": "7", "max": "7"},
        "minimum above maximum of inputs": {"modulus": "7", "min": "3", "max": "2"},
        "negative input without signed": {"min": "-1"},
        "signed input beyond half of p": {"modulus": "7", "signed": True, "min": "-4", "max": "3"},
    }.items():
        kind = {"sum": {**good["kind"]["sum"], **changes}}
        bad(name, changed(kind=kind), "kind")

    first = notice(world, 1, None)
    second = notice(world, 2, first)
    chain = {"computation": world.label, "notices": [first, second]}
    file.add(
        "notices",
        "two in a row",
        chain,
        [b64(H("notice-hash", body_of(n))) for n in (first, second)],
    )
    for name, notices in {
        "previous of another chain": [first, notice(world, 2, None)],
        "number left out": [first, notice(world, 3, first)],
        "repeated": [first, first],
        "another computation": [notice(world, 1, None, fingerprint=b64(fixed("other")))],
        "unknown action": [notice(world, 1, None, action="thaw")],
        "unknown field": [notice(world, 1, None, note=1)],
        "signed as a commit": [
            {**first, "signature": b64(sign(world.analyst_seed, "commit", body_of(first)))}
        ],
        "signed by the server": [
            {**first, "signature": b64(sign(world.server_seed, "notice", body_of(first)))}
        ],
    }.items():
        file.add("bad_notices", name, {"computation": world.label, "notices": notices})

    def chain(*actions):
        notices = []
        for number, action in enumerate(actions, 1):
            last = notices[-1] if notices else None
            notices.append(notice(world, number, last, action=action))
        return {"computation": world.label, "notices": notices}

    def schedule(opens_at, closes_at):
        return {"schedule": {"opens_at": opens_at, "closes_at": closes_at}}

    for name, actions, state, dates in [
        ("none", [], "open", (None, None)),
        ("paused", ["pause"], "paused", (None, None)),
        ("closed, resumed, frozen", ["close", "resume", "freeze"], "frozen", (None, None)),
        ("dates", [schedule(1700000000, 1800000000)], "open", (1700000000, 1800000000)),
        (
            "the last dates hold",
            [schedule(1, 2), "pause", schedule(None, 253402300799)],
            "paused",
            (None, 253402300799),
        ),
        ("dates taken away", [schedule(1, None), schedule(None, None)], "open", (None, None)),
        ("purged", [schedule(1, 2), "freeze", "purge"], "purged", (1, 2)),
    ]:
        opens_at, closes_at = dates
        output = {"state": state, "opens_at": opens_at, "closes_at": closes_at}
        file.add("announced", name, chain(*actions), output)
    for name, actions in [
        ("resumed without a pause", ["resume"]),
        ("paused twice", ["pause", "pause"]),
        ("frozen twice", ["freeze", "freeze"]),
        ("thawed", ["freeze", "resume"]),
        ("purged before the freeze", ["purge"]),
        ("purged twice", ["freeze", "purge", "purge"]),
        ("dates after the freeze", ["freeze", schedule(1, 2)]),
        ("dates that leave no moment", [schedule(2, 2)]),
        ("dates in the wrong order", [schedule(3, 2)]),
        ("a date after the year 9999", [schedule(None, 253402300800)]),
        ("a date below 0", [schedule(-1, None)]),
        ("dates with another field", [{"schedule": {"opens_at": 1, "until": 2}}]),
    ]:
        file.add("bad_announced", name, chain(*actions))
    file.write("computations.json")


def submission_input(party):
    return {
        "computation": party.world.label,
        "party_seed": b64(party.seed),
        "submission_id": b64(party.id),
        "sequence": party.sequence,
        "server_share": b64(party.server_share),
        "analyst_share": b64(party.analyst_share),
        "ephemeral_analyst": b64(party.ephemeral_analyst),
        "ephemeral_server": b64(party.ephemeral_server),
    }


def submissions_file(worlds):
    file = File(
        "Submissions and receipts; `computation` is the name of a vector in computations.json."
    )
    for world in worlds:
        party = Party(world, f"vector {world.label}", 1, sequence=3)
        output = {
            "analyst_header": b64(party.header(ANALYST)),
            "server_header": b64(party.header(SERVER)),
            "s": b64(party.s),
            "submission_hash": b64(party.hash),
            "message": party.message(),
        }
        file.add("submission", world.label, submission_input(party), output)
        file.add("receipt", world.label, {"submission": party.message()}, party.receipt())
    world, other = worlds[0], worlds[1]

    def fresh():
        return Party(world, "bad", 7)

    def bad(name, message, error):
        given = {"computation": world.label, "submission": message}
        file.add("bad_submission", name, given, error=error)

    size, signature = "submission_wrong_size", "submission_bad_signature"
    closed, header = "submission_unopenable", "submission_header_mismatch"
    malformed = "submission_share_malformed"

    party = fresh()
    for name, change in {
        "server box cut": {"server_box": b64(party.server_sealed[:-1])},
        "server box longer": {"server_box": b64(party.server_sealed + b"\0")},
        "analyst box cut": {"analyst_box": b64(party.analyst_sealed[:-1])},
        "analyst box empty": {"analyst_box": ""},
        "public part not empty": {"public_part": b64(b"\0")},
        "sequence number 0": {"sequence": 0},
        "sequence number 1,001": {"sequence": 1001},
    }.items():
        bad(name, {**party.message(), **change}, size)
    for name, change in {
        "signature changed": {"signature": b64(flip(party.signature))},
        "sequence number changed": {"sequence": 2},
        "id changed": {"submission_id": b64(fixed("another id", 16))},
        "server box changed": {"server_box": b64(flip(party.server_sealed))},
        "analyst box changed": {"analyst_box": b64(flip(party.analyst_sealed))},
        "party key changed": {"party_key": b64(sign_public(fixed("thief")))},
        "party key of small order": {"party_key": b64(b"\1" + bytes(31))},
        "fingerprint of another computation": {"fingerprint": b64(other.fingerprint)},
    }.items():
        bad(name, {**party.message(), **change}, signature)
    for name, tag in [("hash signed as a receipt", "receipt")]:
        party = fresh()
        party.signature = sign(party.seed, tag, party.hash)
        bad(name, party.message(), signature)
    bad(
        "sealed to the server's own key, not the computation's",
        fresh().build(server_to=box_public(world.server_box)).message(),
        closed,
    )
    party = fresh()
    party.server_sealed = flip(party.server_sealed)
    bad("server box changed and signed anew", party.finish().message(), closed)
    for name, change in {
        "tag": {"tag": b"web-mpc/2/input-share\0"},
        "role": {"role": bytes([ANALYST])},
        "fingerprint": {"fingerprint": other.fingerprint},
        "party key": {"party_key": sign_public(fixed("victim"))},
        "submission id": {"submission_id": fixed("another id", 16)},
        "hash of the public part": {"public_hash": sha(b"x")},
        "cohort": {"cohort": struct.pack(">I", 1)},
        "sequence number": {"sequence": struct.pack(">Q", 2)},
        "hash of the analyst's box": {"analyst_box_hash": sha(b"x")},
    }.items():
        bad(f"server header: {name}", fresh().build(server_header=change).message(), header)
    victim, thief = Party(world, "victim", 9), Party(world, "thief", 0)
    thief.server_sealed, thief.analyst_sealed = victim.server_sealed, victim.analyst_sealed
    bad("boxes of another party", thief.finish().message(), header)
    thief = Party(world, "thief", 0)
    thief.analyst_sealed = victim.analyst_sealed
    bad("analyst's box of another party", thief.finish().message(), header)
    for name, share in [("p", world.p.to_bytes(16, "big")), ("all ones", b"\xff" * 16)]:
        bad(
            f"server share is {name}",
            Party(world, "bad", 7, server_share=share).message(),
            malformed,
        )

    def bad_for_analyst(name, party, error):
        page = frame(1, 0, [party.entry()])
        given = {"computation": world.label, "page": b64(page)}
        file.add("bad_analyst_share", name, given, error=error)

    for name, change in {
        "tag": {"tag": b"web-mpc/2/input-share\0"},
        "role": {"role": bytes([SERVER])},
        "fingerprint": {"fingerprint": other.fingerprint},
        "party key": {"party_key": sign_public(fixed("victim"))},
        "submission id": {"submission_id": fixed("another id", 16)},
        "hash of the public part": {"public_hash": sha(b"x")},
        "cohort": {"cohort": struct.pack(">I", 1)},
    }.items():
        bad_for_analyst(
            f"header: {name}", fresh().build(analyst_header=change), "analyst_header_mismatch"
        )
    party = fresh().build(analyst_to=box_public(world.server_box))
    bad_for_analyst("sealed to the server", party, "analyst_box_unopenable")
    party = fresh()
    party.analyst_sealed = bytes(len(party.analyst_sealed))
    bad_for_analyst("all zeros", party.finish(), "analyst_box_unopenable")
    for name, share in [("p", world.p.to_bytes(16, "big")), ("all ones", b"\xff" * 16)]:
        party = Party(world, "bad", 7, analyst_share=share)
        bad_for_analyst(f"share is {name}", party, "analyst_share_malformed")

    party = fresh()
    good = party.receipt()
    for name, receipt in {
        "signature changed": {**good, "signature": b64(flip(unb64(good["signature"])))},
        "body changed": {
            **good,
            "body": b64(body_of(good).replace(b'"sequence":1', b'"sequence":2')),
        },
        "signed as a batch": {
            **good,
            "signature": b64(sign(world.server_seed, "batch", body_of(good))),
        },
        "signed by the analyst": {
            **good,
            "signature": b64(sign(world.analyst_seed, "receipt", body_of(good))),
        },
        "unknown field": signed(
            {**json.loads(body_of(good)), "note": 1}, world.server_seed, "receipt"
        ),
    }.items():
        file.add("bad_receipt", name, {"computation": world.label, "receipt": receipt})
    file.write("submissions.json")


def batches_file(batch):
    file = File("Merkle trees, accept bitmaps, commits.")
    for count in [0, 1, 2, 3, 4, 5, 7, 8, 9, 33]:
        keys = sorted(fixed(f"leaf key {i}") for i in range(count))
        pairs = [(key, fixed(f"leaf hash {i}")) for i, key in enumerate(keys)]
        hashes = [leaf(*pair) for pair in pairs]
        given = {"leaves": [{"party_key": b64(k), "submission_hash": b64(h)} for k, h in pairs]}
        output = {
            "root": b64(root(hashes)),
            "paths": [[b64(each) for each in path(hashes, i)] for i in range(count)],
        }
        file.add("merkle", f"{count} leaves", given, output)
        if count != 5:
            continue
        good = {
            "leaf": b64(hashes[3]),
            "index": 3,
            "leaves": 5,
            "path": [b64(each) for each in path(hashes, 3)],
            "root": b64(root(hashes)),
        }
        for name, change in {
            "another leaf": {"leaf": b64(hashes[2])},
            "another place": {"index": 2},
            "beyond the end": {"index": 5},
            "another count": {"leaves": 4},
            "no leaves": {"leaves": 0},
            "path cut": {"path": good["path"][:-1]},
            "path longer": {"path": good["path"] + [good["root"]]},
            "path in reverse": {"path": good["path"][::-1]},
            "another root": {"root": b64(flip(root(hashes)))},
            "a node as a leaf": {
                "leaf": b64(sha(b"\1", hashes[2], hashes[3])),
                "path": good["path"][1:],
            },
        }.items():
            file.add("bad_merkle", name, {**good, **change})
    for bits in [[], [1], [0], [1] * 8, [1, 0] * 6, [1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0]]:
        output = {"bytes": b64(bitmap(bits)), "hash": b64(accepted_hash(bits))}
        name = "".join(map(str, bits)) or "none"
        file.add("accepted", name, {"bits": [bool(b) for b in bits]}, output)
    for name, data, count in [
        ("padding bit 11 of 11", bytes([0, 0b1000]), 11),
        ("padding bit 15 of 11", bytes([0, 0x80]), 11),
        ("one byte short", bytes(1), 11),
        ("one byte more", bytes(3), 11),
        ("a byte for nothing", bytes(1), 0),
        ("nothing for one", b"", 1),
    ]:
        file.add("bad_accepted", name, {"bytes": b64(data), "parties": count})
    for name, minimum, maximum, accepted, rejected in [
        ("enough", 3, None, 3, {"analyst_share_malformed": 9}),
        ("too few", 3, None, 2, {}),
        (
            "as many rejected as allowed",
            1,
            1,
            5,
            {"proof_rejected": 1, "server_share_malformed": 7},
        ),
        ("too many rejected", 1, 1, 5, {"analyst_box_unopenable": 1, "proof_rejected": 1}),
        ("both", 9, 0, 1, {"analyst_header_mismatch": 2}),
    ]:
        reasons = []
        mine = sum(n for reason, n in rejected.items() if REJECTIONS.index(reason) < 4)
        if accepted < minimum:
            reasons.append({"too_few_accepted": {"accepted": accepted, "minimum": minimum}})
        if maximum is not None and mine > maximum:
            reasons.append({"too_many_rejected": {"rejected": mine, "maximum": maximum}})
        given = {
            "min_parties": minimum,
            "max_rejected": maximum,
            "min_cohort": minimum,
            "dimensions": [],
            "counts": {"accepted": accepted, "rejected": rejected},
        }
        file.add("outcome", name, given, {"end": {"reasons": reasons}} if reasons else RELEASE_ALL)
    for name, maximum, accepted, rejected in [
        ("a tenth", None, 9, {"proof_rejected": 1}),
        ("a tenth, rounded up", None, 8, {"proof_rejected": 2, "server_share_malformed": 1}),
        ("more than a tenth", None, 8, {"proof_rejected": 2}),
        ("as the manifest says", 3, 1, {"proof_rejected": 3}),
    ]:
        mine = rejected["proof_rejected"]
        most = -(-(accepted + sum(rejected.values())) // 10) if maximum is None else maximum
        reasons = [{"too_many_rejected": {"rejected": mine, "maximum": most}}]
        given = {
            "min_parties": 1,
            "max_rejected": maximum,
            "min_cohort": 1,
            "dimensions": [],
            "counts": {"accepted": accepted, "rejected": rejected},
        }
        outcome = {"end": {"reasons": reasons}} if mine > most else RELEASE_ALL
        file.add("outcome_of_invited", name, given, outcome)
    for name, minimum, least, dimensions, cohorts in [
        ("all cohorts are large", 3, 3, [3], [3, 4, 5]),
        ("a second option hides a small one", 3, 3, [5], [9, 2, 7, 6, 8]),
        ("two small options hide each other", 3, 3, [5], [9, 2, 7, 1, 8]),
        ("two that are too small together", 3, 3, [4], [9, 1, 7, 1]),
        ("empty options hide nothing", 3, 3, [4], [9, 2, 0, 0]),
        ("all in one option", 3, 3, [3], [0, 5, 0]),
        ("fewer than a cohort needs", 3, 5, [3], [1, 3, 0]),
        ("a small cell needs three others", 3, 3, [3, 3], [9, 8, 7, 8, 1, 6, 7, 6, 5]),
        ("a small row", 3, 3, [3, 3], [9, 8, 7, 1, 1, 0, 7, 6, 5]),
        ("small cells in a ring", 3, 4, [2, 4], [1, 1, 8, 9, 1, 1, 7, 6]),
        ("many small cells", 3, 5, [4, 3], [2, 0, 9, 4, 7, 1, 5, 6, 2, 0, 3, 8]),
        ("equal counts", 2, 3, [3, 4], [3, 3, 3, 3, 3, 2, 3, 3, 3, 3, 3, 3]),
        ("cells that a total tells", 1, 2, [2, 3], [1, 5, 0, 0, 5, 5]),
        ("the difference of two", 3, 3, [2, 2], [40, 1, 1, 60]),
    ]:
        given = {
            "min_parties": minimum,
            "max_rejected": None,
            "min_cohort": least,
            "dimensions": dimensions,
            "counts": {"accepted": sum(cohorts), "rejected": {}, "cohorts": cohorts},
        }
        suppressed = suppress(dimensions, cohorts, least)
        file.add("outcome", name, given, {"release": {"suppressed": suppressed}})
    for name, least, dimensions, merging, cohorts in [
        ("small options go into another", 3, [4], [[3, [0, 1]]], [2, 9, 8, 7]),
        ("nothing is small", 3, [4], [[3, [0, 1]]], [3, 9, 2, 7]),
        ("the next one goes with it", 3, [4], [[3, [0, 1, 2]]], [1, 9, 8, 0]),
        ("what takes in is small itself", 3, [4], [[3, [0, 1]]], [4, 4, 8, 2]),
        ("all of them are too few", 3, [4], [[3, [0, 1]]], [1, 0, 8, 0]),
        ("rows and columns", 4, [3, 3], [[2, [0, 1]], [0, [2]]], [1, 1, 0, 7, 6, 1, 8, 9, 2]),
        ("columns alone", 4, [2, 3], [None, [0, [1, 2]]], [9, 1, 5, 8, 1, 6]),
    ]:
        given = {
            "min_parties": least,
            "max_rejected": None,
            "min_cohort": least,
            "dimensions": dimensions,
            "merging": merging,
            "counts": {"accepted": sum(cohorts), "rejected": {}, "cohorts": cohorts},
        }
        merged, together = merge(dimensions, merging, cohorts, least)
        release = {"suppressed": suppress(dimensions, together, least)}
        if any(merged):
            release["merged"] = merged
        file.add("outcome", name, given, {"release": release})
    given = {"computation": batch.world.label, "commit": batch.commit}
    file.add("commit", "three accepted, one rejected", given, b64(batch.commit_hash))
    good, world = batch.commit, batch.world
    for name, commit in {
        "signature of the analyst changed": {
            **good,
            "analyst_signature": b64(flip(unb64(good["analyst_signature"]))),
        },
        "signature of the server changed": {
            **good,
            "server_signature": b64(flip(unb64(good["server_signature"]))),
        },
        "one more accepted": {
            **good,
            "body": b64(body_of(good).replace(b'"accepted":3', b'"accepted":4')),
        },
        "server signed under the analyst's tag": {
            **good,
            "server_signature": b64(sign(world.server_seed, "commit", body_of(good))),
        },
    }.items():
        file.add("bad_commit", name, {"computation": world.label, "commit": commit})
    file.write("batches.json")


def reveal_file(batch, absent):
    world = batch.world
    file = File("The frames of a reveal, the release, the result, and what a party finds out.")
    output = {
        "batch": batch.record,
        "page": b64(batch.page),
        "analyst_verdicts": b64(batch.analyst_verdicts),
        "server_verdicts": b64(batch.server_verdicts),
        "accepted": b64(bitmap(batch.bits)),
        "commit": batch.commit_record,
        "server_aggregate_share": b64(encode(world.p, batch.server_aggregate)),
        "sum": str(batch.aggregate),
    }
    given = {
        "computation": world.label,
        "submissions": [party.message() for party in batch.parties],
    }
    file.add("reveal", "12 + 13 + 17, and one that is rejected", given, output)

    def bad_page(name, page, error):
        given = {"computation": world.label, "batch": batch.signed, "page": b64(page)}
        file.add("bad_page", name, given, error=error)

    entries = [party.entry() for party in batch.parties]
    page = batch.page
    bad_page("empty", b"", "frame")
    bad_page("header cut", page[:8], "frame")
    bad_page("cut", page[:-1], "frame")
    bad_page("one byte more", page + b"\0", "frame")
    bad_page("another type", bytes([2]) + page[1:], "frame")
    bad_page("another number", page[:4] + b"\1" + page[5:], "frame")
    bad_page("count too high", page[:8] + b"\5" + page[9:], "frame")
    bad_page("no entry", frame(1, 0, []), "frame")
    bad_page("count that overflows", bytes([1]) + bytes(4) + b"\xff" * 4, "frame")
    bad_page("unknown verdict", page[:-1] + b"\x09", "verdict")
    bad_page("not sorted", frame(1, 0, [entries[i] for i in (1, 0, 2, 3)]), "order")
    bad_page("a party twice", frame(1, 0, [entries[i] for i in (0, 0, 1, 2)]), "order")
    bad_page("one left out", frame(1, 0, entries[:3]), "count")
    extra = sorted([*batch.parties, absent], key=lambda party: party.key)
    bad_page("one too many", frame(1, 0, [party.entry() for party in extra]), "count")
    swapped = sorted([*batch.parties[:3], absent], key=lambda party: party.key)
    bad_page("one exchanged", frame(1, 0, [party.entry() for party in swapped]), "root")
    changed = flip(page, 9 + 48)
    bad_page("s changed", changed, "root")
    changed = flip(page, 9 + 32)
    bad_page("id changed", changed, "root")

    def bad_verdicts(kind, name, data, error):
        file.add(
            kind,
            name,
            {
                "computation": world.label,
                "submissions": [party.message() for party in batch.parties],
                "verdicts": b64(data),
            },
            error=error,
        )

    for kind, good, number in [
        ("bad_analyst_verdicts", batch.analyst_verdicts, 2),
        ("bad_server_verdicts", batch.server_verdicts, 3),
    ]:
        bad_verdicts(kind, "empty", b"", "frame")
        bad_verdicts(kind, "cut", good[:-1], "frame")
        bad_verdicts(kind, "one byte more", good + b"\0", "frame")
        bad_verdicts(
            kind, "one entry less", frame(number, 0, [bytes([c]) for c in batch.codes[:3]]), "frame"
        )
        bad_verdicts(
            kind,
            "one entry more",
            frame(number, 0, [bytes([c]) for c in [*batch.codes, 0]]),
            "frame",
        )
        bad_verdicts(
            kind, "another page", frame(number, 1, [bytes([c]) for c in batch.codes]), "frame"
        )
        bad_verdicts(kind, "another type", bytes([1]) + good[1:], "frame")
        bad_verdicts(kind, "unknown code", frame(number, 0, [b"\x09"] * 4), "verdict")
        bad_verdicts(kind, "255", frame(number, 0, [b"\xff"] * 4), "verdict")
    good = batch.codes.index(0)
    rejected = next(i for i, code in enumerate(batch.codes) if code)

    def with_code(number, index, code):
        codes = list(batch.codes)
        codes[index] = code
        return frame(number, 0, [bytes([c]) for c in codes])

    bad_verdicts("bad_analyst_verdicts", "a reason of the server", with_code(2, good, 5), "verdict")
    bad_verdicts(
        "bad_analyst_verdicts", "a verifier message of a server", with_code(2, good, 8), "verdict"
    )
    bad_verdicts(
        "bad_server_verdicts", "rejected becomes accepted", with_code(3, rejected, 0), "verdict"
    )
    bad_verdicts("bad_server_verdicts", "another reason", with_code(3, rejected, 1), "verdict")
    bad_verdicts(
        "bad_server_verdicts",
        "accepted becomes an analyst's rejection",
        with_code(3, good, 1),
        "verdict",
    )
    bad_verdicts(
        "bad_server_verdicts",
        "accepted becomes a server's rejection",
        with_code(3, good, 5),
        "verdict",
    )

    given = {"computation": world.label, "commit": batch.commit, "release": batch.release()}
    file.add("release", "the server's share", given, b64(encode(world.p, batch.server_aggregate)))
    for name, release in {
        "signature changed": {**batch.release(), "signature": b64(bytes(64))},
        "another commit": batch.release(commit=b64(fixed("other commit"))),
        "another computation": batch.release(fingerprint=b64(fixed("other"))),
        "another commit inside": batch.release(commit_hash=fixed("other commit")),
        "result blob as a share": batch.release(tag="result-blob"),
        "share is p": batch.release(share=world.p.to_bytes(16, "big")),
        "share cut": batch.release(share=bytes(15)),
        "sealed to nobody": batch.release(sealed_share=b64(bytes(150))),
    }.items():
        given = {"computation": world.label, "commit": batch.commit, "release": release}
        file.add("bad_release", name, given)
    result = batch.result()
    given = {
        "computation": world.label,
        "batch": batch.record,
        "commit": batch.commit,
        "parties": batch.commit_record["counts"]["accepted"],
        "server_aggregate_share": b64(encode(world.p, batch.server_aggregate)),
        "analyst_aggregate_share": b64(encode(world.p, batch.analyst_aggregate)),
        "ephemeral": b64(fixed("result ephemeral")),
    }
    output = {"k": b64(batch.k), "values": b64(batch.values), "result": result}
    file.add("result", "42 of three parties", given, output)
    for name, bad in {
        "signature changed": {**result, "signature": b64(bytes(64))},
        "another commit": batch.result(commit=b64(fixed("other commit"))),
        "sealed to nobody": batch.result(sealed_result=b64(bytes(150))),
    }.items():
        given = {"computation": world.label, "commit": batch.commit, "result": bad}
        file.add("bad_result", name, given)

    for index, party in enumerate(batch.parties):
        code = batch.codes[index]
        given = {
            "computation": world.label,
            "receipt": party.receipt(),
            "inclusion": batch.inclusion(party),
        }
        file.add(
            "fate",
            f"place {index}",
            given,
            {"rejected": REJECTIONS[code - 1]} if code else "counted",
        )
    given = {
        "computation": world.label,
        "receipt": absent.receipt(),
        "inclusion": batch.inclusion(absent),
    }
    file.add("fate", "not in the batch", given, "missing")
    party = batch.parties[good]
    older = Party(world, party.label, 1, sequence=2)
    given = {
        "computation": world.label,
        "receipt": older.receipt(),
        "inclusion": batch.inclusion(party),
    }
    file.add("fate", "another version of the party is in the batch", given, "replaced")
    fine = batch.inclusion(party)

    def bad_fate(name, inclusion, receipt=None):
        given = {
            "computation": world.label,
            "receipt": receipt or party.receipt(),
            "inclusion": inclusion,
        }
        file.add("bad_fate", name, given)

    bits = bitmap(batch.bits)
    bad_fate("flipped bit in A", {**fine, "accepted": b64(flip(bits))})
    bad_fate("padding bit in A", {**fine, "accepted": b64(bytes([bits[0] | 0x80]))})
    bad_fate("A too long", {**fine, "accepted": b64(bits + b"\0")})
    place = fine["place"]
    bad_fate("another place", {**fine, "place": {**place, "index": place["index"] ^ 1}})
    bad_fate("beyond the end", {**fine, "place": {**place, "index": 4}})
    bad_fate("path cut", {**fine, "place": {**place, "path": place["path"][:-1]}})
    bad_fate(
        "batch not signed by the server",
        {**fine, "batch": {**batch.signed, "signature": b64(bytes(64))}},
    )
    bad_fate(
        "commit not signed by the analyst",
        {**fine, "commit": {**batch.commit, "analyst_signature": b64(bytes(64))}},
    )
    other = Batch(world, batch.parties[1:]).judge(lambda each: 0)
    bad_fate("commit to another batch", {**fine, "commit": other.commit})
    bad_fate(
        "receipt not signed by the server", fine, {**party.receipt(), "signature": b64(bytes(64))}
    )
    file.write("reveal.json")


def messages_file(world, party):
    file = File("Texts that are no messages of the protocol.")
    submit = compact({"submit": party.message()}).decode()
    client = {
        "empty": "",
        "null": "null",
        "a string": '"watch"',
        "no member": "{}",
        "two members": '{"hello":{"version":1},"watch":{}}',
        "the same member twice": '{"watch":{},"watch":{}}',
        "unknown type": '{"goodbye":{}}',
        "type in capitals": '{"Hello":{"version":1}}',
        "unknown field": '{"hello":{"version":1,"more":2}}',
        "double field": '{"hello":{"version":1,"version":1}}',
        "missing field": '{"hello":{}}',
        "null for an object": '{"hello":null}',
        "negative version": '{"hello":{"version":-1}}',
        "version beyond 32 bits": '{"hello":{"version":4294967296}}',
        "version with a fraction": '{"hello":{"version":1.0}}',
        "version as text": '{"hello":{"version":"1"}}',
        "trailing bytes": '{"hello":{"version":1}} {',
        "cut": '{"hello":{"version":1}',
        "comment": '{"hello":{"version":1}} // hello',
        "byte order mark": '\ufeff{"hello":{"version":1}}',
        "deep": '{"hello":' + "[" * 1000 + "]" * 1000 + "}",
        "lookup by name and fingerprint": '{"lookup":{"name":"web-mpc","fingerprint":"%s","wait":true}}'
        % b64(world.fingerprint),
        "lookup of nothing": '{"lookup":{"wait":true}}',
        "lookup with a double name": '{"lookup":{"name":"web-mpc","name":"web-mpc","wait":true}}',
        "lookup with a bad name": '{"lookup":{"name":"Web MPC","wait":true}}',
        "lookup with too long a name": '{"lookup":{"name":"%s","wait":true}}' % ("a" * 65),
        "lookup with an unknown field": '{"lookup":{"name":"web-mpc","wait":true,"more":1}}',
        "watch with a field": '{"watch":{"now":true}}',
        "submission with an unknown field": submit[:-2] + ',"note":1}}',
        "submission with a double field": submit.replace(
            '"sequence":1', '"sequence":1,"sequence":1'
        ),
        "submission without a field": submit.replace('"public_part":"",', ""),
        "submission with padding": submit.replace('"public_part":""', '"public_part":"AA=="'),
        "box in the other alphabet": submit.replace('"public_part":""', '"public_part":"+/+/"'),
        "box with other trailing bits": submit.replace('"public_part":""', '"public_part":"AB"'),
        "sequence number below 0": submit.replace('"sequence":1', '"sequence":-1'),
        "sequence number beyond 64 bits": submit.replace(
            '"sequence":1', '"sequence":18446744073709551616'
        ),
        "party key cut": submit.replace(b64(party.key), b64(party.key)[:-1]),
        "a message of the server": '{"waiting":{}}',
    }
    for name, text in client.items():
        file.add("bad_client_message", name, {"text": text})
    server = {
        "a message of the client": '{"watch":{}}',
        "unknown code": '{"error":{"code":"tired","message":"x"}}',
        "error without text": '{"error":{"code":"busy"}}',
        "unknown field": '{"submissions":{"parties":1,"names":[]}}',
        "double field": '{"submissions":{"parties":1,"parties":2}}',
        "negative count": '{"submissions":{"parties":-1}}',
    }
    for name, text in server.items():
        file.add("bad_server_message", name, {"text": text})
    file.write("messages.json")


# --- the examples of docs/PROTOCOL.md ---


def messages(batch, party):
    world = batch.world
    first = notice(world, 1, None)
    dates = {"opens_at": 1796108400, "closes_at": None}
    scheduled = notice(world, 1, None, action={"schedule": dates})
    analyst_nonce, server_nonce = fixed("analyst nonce"), fixed("server nonce")
    challenge = sign_public(world.server_seed) + world.fingerprint + analyst_nonce + server_nonce
    key_id = world.key_id(world.analyst)
    list_challenge = sign_public(world.server_seed) + key_id + analyst_nonce + server_nonce
    manifest = {"body": world.manifest["body"], "signature": world.manifest["analyst_signature"]}
    open_standing = {
        "manifest": world.manifest,
        "phase": "open",
        "notices": [],
        "batch": None,
        "commit": None,
        "result": None,
    }
    return {
        "client hello": {"hello": {"version": 1}},
        "client lookup": {"lookup": {"name": "web-mpc", "wait": True}},
        "client lookup fingerprint": {
            "lookup": {"fingerprint": b64(world.fingerprint), "wait": False}
        },
        "client submit": {"submit": party.message()},
        "client inclusion": {
            "inclusion": {"fingerprint": b64(world.fingerprint), "party_key": b64(party.key)}
        },
        "client computation_key": {"computation_key": {}},
        "client create": {"create": manifest},
        "client login": {
            "login": {
                "fingerprint": b64(world.fingerprint),
                "nonce": b64(analyst_nonce),
                "signature": b64(sign(world.analyst_seed, "login", challenge)),
            }
        },
        "client list": {
            "list": {
                "analyst": world.analyst,
                "nonce": b64(analyst_nonce),
                "signature": b64(sign(world.analyst_seed, "list", list_challenge)),
                "after": None,
            }
        },
        "client watch": {"watch": {}},
        "client track": {"track": {}},
        "client notice": {"notice": first},
        "client prepare": {"prepare": {"root": b64(batch.root)}},
        "client commit": {"commit": batch.commit_signed},
        "client release": {"release": {}},
        "client result": {"result": batch.result()},
        "client signatures": {"signatures": {"after": None}},
        "client publish": {"publish": {"record": batch.publication(), "keys": ""}},
        "client publication": {
            "publication": {"fingerprint": b64(world.fingerprint), "invitation": None}
        },
        "server welcome": {
            "welcome": {"version": 1, "server": world.server, "nonce": b64(server_nonce)}
        },
        "server waiting": {"waiting": {}},
        "server computation": {"computation": open_standing},
        "server receipt": {"receipt": party.receipt()},
        "server inclusion": {"inclusion": batch.inclusion(party)},
        "server computation_key": {"computation_key": world.computation_key},
        "server logged_in": {
            "logged_in": {"signature": b64(sign(world.server_seed, "login-answer", challenge))}
        },
        "server computations": {
            "computations": [
                {
                    "name": "web-mpc",
                    "round": 1,
                    "fingerprint": b64(world.fingerprint),
                    "phase": "open",
                    "parties": 4,
                }
            ]
        },
        "server submissions": {"submissions": {"parties": 4}},
        "server tracked": {
            "tracked": {"at": 1796108400, "cohorts": [12, 0, 7], "used": b64(b"\x0b\x80")}
        },
        "server frozen": {"frozen": batch.signed},
        "server committed": {"committed": batch.commit},
        "server released": {"released": batch.release()},
        "server recorded": {"recorded": {}},
        "server signatures": {
            "signatures": [
                {
                    "party_key": b64(p.key),
                    "submission_hash": b64(p.hash),
                    "signature": b64(p.signature),
                }
                for p in batch.parties[:2]
            ]
        },
        "server published": {"published": {}},
        "server publication": {"publication": {"record": batch.publication(), "key": None}},
        "server error": {
            "error": {
                "code": "too_few_parties",
                "message": "0 parties have submitted, the minimum is 1",
                "have": 0,
                "need": 1,
            }
        },
        "record manifest": world.record,
        "record notice": json.loads(body_of(first)),
        "record notice schedule": json.loads(body_of(scheduled)),
        "record receipt": json.loads(body_of(party.receipt())),
        "record batch": batch.record,
        "record commit": batch.commit_record,
        "record release": json.loads(body_of(batch.release())),
        "record result": json.loads(body_of(batch.result())),
        "record publication": json.loads(body_of(batch.publication())),
    }


def examples(made, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, message in made.items():
        (folder / (name.replace(" ", "-") + ".json")).write_text(
            json.dumps(message, indent=1) + "\n"
        )


# --- seeds for the fuzz targets ---


def corpus(batch, party, folder, others):
    world = batch.world
    vectors = {file.name: json.loads(file.read_text())["vectors"] for file in HERE.glob("*.json")}

    def of(file, *kinds):
        return [vector for vector in vectors[file] if vector["kind"] in kinds]

    seeds = {}

    def add(target, *items):
        for item in items:
            data = (
                item
                if isinstance(item, bytes)
                else item.encode() if isinstance(item, str) else compact(item)
            )
            seeds.setdefault(target, []).append(data)

    for name, message in messages(batch, party).items():
        kind, _, rest = name.partition(" ")
        if kind == "record":
            add("manifest" if rest == "manifest" else "records", message)
        else:
            add(f"{kind}_message", message)
    add(
        "client_message",
        *(v["input"]["text"] for v in of("messages.json", "bad_client_message")[:12]),
    )
    add("server_message", *(v["input"]["text"] for v in of("messages.json", "bad_server_message")))
    add(
        "manifest",
        *(
            unb64(v["input"]["manifest"]["body"])
            for v in of("computations.json", "computation", "bad_manifest")[:16]
        ),
    )
    add(
        "records",
        *(
            unb64(n["body"])
            for v in of("computations.json", "bad_notices")
            for n in v["input"]["notices"][-1:]
        ),
    )
    add(
        "submission",
        party.message(),
        *(v["input"]["submission"] for v in of("submissions.json", "bad_submission")[::4]),
    )
    add(
        "opened_share",
        party.analyst_plain,
        party.server_plain,
        party.analyst_share,
        batch.values,
        b"\xff" * 16,
    )
    add(
        "page", batch.page, *(unb64(v["input"]["page"]) for v in of("reveal.json", "bad_page")[:12])
    )
    for target, good in [
        ("analyst_verdicts", batch.analyst_verdicts),
        ("server_verdicts", batch.server_verdicts),
    ]:
        add(
            target,
            good,
            *(unb64(v["input"]["verdicts"]) for v in of("reveal.json", f"bad_{target}")),
        )
    add("inclusion", *(v["input"]["inclusion"] for v in of("reveal.json", "fate", "bad_fate")[:10]))
    for bits in [[1] * 8, [1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0], [0]]:
        add("bitmap", struct.pack("<Q", len(bits)) + bitmap(bits))
    add(
        "bitmap",
        struct.pack("<Q", 3) + struct.pack(">IB", 3, 3),
        struct.pack("<Q", 2) + b"".join(path(batch.leaves, 2)),
    )
    keys = {
        "version": 1,
        "role": "analyst",
        "box": {"public": world.analyst["box"], "secret": b64(world.analyst_box)},
        "sign": {"public": world.analyst["sign"], "seed": b64(world.analyst_seed)},
    }
    public, secret = list(box_public(world.analyst_box)), list(world.analyst_box)
    server = {
        "version": 1,
        "role": "server",
        "box": {"public": world.server["box"], "secret": b64(world.server_box)},
        "sign": {"public": world.server["sign"], "seed": b64(world.server_seed)},
    }
    own = {
        "version": 1,
        "box": {"public": world.computation_key["box"], "secret": b64(world.computation_box)},
    }
    closed = {"version": 1, "role": "analyst"}
    line = compact({"fingerprint": b64(world.fingerprint), "root": b64(fixed("root"))})
    journal = line.decode() + "\n"
    inside = {"made": 1764400000, "protected": True, "keys": keys, "journal": journal}
    add(
        "key_file",
        keys,
        server,
        own,
        {"public_key": public, "secret_key": secret},
        {**keys, "version": 2},
        {**keys, "encrypted": {}},
        {**keys, "box": server["box"]},
        (HERE.parent.parent / "keys.json.example").read_bytes(),
        b"",
        {**closed, "encrypted": lock("correct horse", "locked-keys", compact(keys))},
        {**closed, "backup": lock("correct horse", "locked-backup", compact(inside))},
        {**closed, "backup": lock("correct horse", "locked-backup", b"{}")},
    )
    named = {
        "version": 1,
        "role": "analyst",
        "box": world.analyst["box"],
        "sign": world.analyst["sign"],
    }
    add(
        "public_key_file",
        named,
        {**named, "role": "server"},
        {**named, "version": 2},
        keys,
        b64(world.key_id(world.analyst)),
        b"[1]",
    )
    stored = {
        "version": 1,
        "state": "pending",
        "server": "ws://127.0.0.1:8080",
        "computation": "web-mpc",
        "fingerprint": b64(world.fingerprint),
        "party_seed": b64(party.seed),
        "manifest": world.manifest,
        "versions": [
            {"sequence": 1, "submission_hash": b64(party.hash), "submission": party.message()}
        ],
    }
    done = [{"sequence": 1, "submission_hash": b64(party.hash), "receipt": party.receipt()}]
    add(
        "receipt_file",
        stored,
        {**stored, "state": "finished", "versions": done},
        {**stored, "state": "finished"},
        {**stored, "versions": []},
        {**stored, "party_seed": b64(bytes(32))},
    )
    name = b64(world.fingerprint)
    lines = [
        [
            {"fingerprint": name, "root": b64(batch.root)},
            {"fingerprint": name, "commit": b64(batch.commit_hash)},
        ],
        [
            {"fingerprint": name, "frozen": b64(batch.root)},
            {"fingerprint": name, "committed": b64(batch.commit_hash)},
        ],
        [
            {"fingerprint": name, "root": b64(batch.root)},
            {"fingerprint": name, "root": b64(bytes(32))},
        ],
        [{"fingerprint": name}],
    ]
    for each in lines:
        text = b"".join(compact(line) + b"\n" for line in each)
        add("log_lines", text, text[:-9])
    add(
        "numbers",
        "2^127-1",
        "16777729",
        "2^4096-1",
        "-5",
        "+007",
        " 9\n",
        "2^4097",
        "\u0663",
        encode(world.p, -1),
        world.record["kind"]["sum"],
    )
    add(
        "identifiers",
        b64(bytes(16)),
        b64(world.fingerprint),
        b64(world.fingerprint) + "=",
        words(world.fingerprint, 12),
        words(world.fingerprint, 6),
        "web-mpc",
        "Web MPC",
        "ws://127.0.0.1:8080",
        "http://[::1]:9/x/",
        "wss://example.org",
        b"\xff",
    )
    for other in others:
        for target, item in other.seeds():
            add(target, item)
    for target, items in seeds.items():
        (folder / target).mkdir(parents=True, exist_ok=True)
        for number, data in enumerate(dict.fromkeys(items)):
            (folder / target / f"{number:02}").write_bytes(data)


def main():
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--examples", type=pathlib.Path, metavar="DIR")
    arguments.add_argument("--corpus", type=pathlib.Path, metavar="DIR")
    chosen = arguments.parse_args()
    worlds = [
        World("default"),
        World(
            "signed",
            is_signed=True,
            low=-(2**63),
            high=2**63 - 1,
            name="wages-2026",
            round=3,
            min_parties=5,
            max_rejected=2,
        ),
        World("small", modulus=2, high=1, max_parties=4000000),
        World("257", modulus=257, high=256),
        World("wide", modulus=2**4096 - 1, max_parties=10),
    ]
    world = worlds[0]
    bad_share = world.p.to_bytes(16, "big")
    parties = [Party(world, "first", 12), Party(world, "second", 13), Party(world, "third", 17)]
    malformed = Party(world, "fourth", 99, analyst_share=bad_share)
    batch = Batch(world, [*parties, malformed])
    batch.judge(lambda party: 3 if party is malformed else 0)
    assert batch.aggregate == 42
    # Beside this file, which is long enough; nothing is left behind.
    sys.dont_write_bytecode = True
    import invitations
    import telling

    crypto_file(world, telling)
    encodings_file()
    computations_file(worlds)
    submissions_file(worlds)
    batches_file(batch)
    reveal_file(batch, Party(world, "absent", 5))
    messages_file(world, parties[0])
    invitations.write()
    telling.write()
    if chosen.examples:
        examples({**messages(batch, parties[0]), **invitations.examples()}, chosen.examples)
    if chosen.corpus:
        corpus(batch, parties[0], chosen.corpus, [invitations, telling])


if __name__ == "__main__":
    main()
