"""Vectors and examples of invitations, admissions, takeovers and withdrawals.

Written from docs/PROTOCOL.md like make.py, which calls it; it shares no code with the crate.
"""

import struct

import make
from make import H, b64, box_public, compact, fixed, flip, mac, notice, seal, sign, sign_public, signed, tagged

LABELS = ["Müller & Söhne", "Northern Mills", "Third Firm"]


class Invitation:
    def __init__(self, world, number):
        self.world, self.number = world, number
        body = world.fingerprint + struct.pack(">Q", number)
        self.seed = mac(world.analyst_box, "invitation-seed", body)
        self.key = sign_public(self.seed)

    def admit(self, party_key, **more):
        signature = sign(self.seed, "invitation", self.world.fingerprint + party_key)
        return {"key": b64(self.key), "signature": b64(signature), **more}

    def look_up(self, server_nonce):
        body = sign_public(self.world.server_seed) + self.world.fingerprint + server_nonce
        return sign(self.seed, "invitation-lookup", body)

    def link(self, origin="https://example.org"):
        return f"{origin}/#{self.world.record['name']}.{b64(self.world.fingerprint)}.{b64(self.seed)}"


def world_of_the_invited():
    return make.World("invited", access="invited", tracking="labels", max_parties=100)


def roster_plaintext(world, first, people):
    header = world.fingerprint + struct.pack(">Q", first)
    return tagged("roster", header, compact(people))


def list_of(world, first, count, **changes):
    people = [{"label": label} for label in LABELS[:count]]
    people[0]["email"] = "office@example.org"
    plain = roster_plaintext(world, first, people)
    record = {
        "fingerprint": b64(world.fingerprint),
        "first": first,
        "invitations": [
            {"key": b64(Invitation(world, first + i).key), "label": LABELS[i]} for i in range(count)
        ],
        "roster": b64(seal(fixed("roster ephemeral"), box_public(world.analyst_box), plain)),
    }
    record["invitations"][0]["expires"] = 1798761600
    record.update(changes)
    return record


def invite(world, number, last, list_bytes, count):
    action = {"invite": {"count": count, "list": b64(H("invitation-list", list_bytes))}}
    return notice(world, number, last, action=action)


def revoke(world, number, last, keys):
    listed = H("revocation-list", *keys)
    action = {"revoke": {"count": len(keys), "list": b64(listed)}}
    return notice(world, number, last, action=action)


def release(world, old, invitation, next_key, sequence=1):
    body = world.fingerprint + invitation.key + next_key + struct.pack(">Q", sequence)
    return {
        "party_key": b64(old.key),
        "sequence": sequence,
        "signature": b64(sign(old.seed, "takeover", body)),
    }


def withdrawal(world, party, sequence, **changes):
    record = {
        "fingerprint": b64(world.fingerprint),
        "party_key": b64(party.key),
        "sequence": sequence,
    }
    record.update(changes)
    return signed(record, party.seed, "withdrawal")


def withdrawal_receipt(world, party, sequence, record):
    receipt = {
        "fingerprint": b64(world.fingerprint),
        "party_key": b64(party.key),
        "sequence": sequence,
        "withdrawal": b64(H("withdrawal-hash", make.body_of(record))),
    }
    return signed(receipt, world.server_seed, "withdrawal-receipt")


class Story:
    """Three are invited; one submits, one is replaced by another device, one withdraws."""

    def __init__(self):
        self.world = world = world_of_the_invited()
        self.invitations = [Invitation(world, number) for number in range(3)]
        self.list = compact(list_of(world, 0, 3))
        self.invite = invite(world, 1, None, self.list, 3)
        self.revoked = [self.invitations[2].key]
        self.revoke = revoke(world, 2, self.invite, self.revoked)
        names = ["stays", "old device", "new device", "leaves"]
        self.parties = [make.Party(world, name, 10 + i) for i, name in enumerate(names)]
        self.stays, self.old, self.new, self.leaves = self.parties
        self.release = release(world, self.old, self.invitations[1], self.new.key)
        self.withdrawal = withdrawal(world, self.leaves, 2)
        self.withdrawn = withdrawal_receipt(world, self.leaves, 2, self.withdrawal)
        batch = make.Batch(world, [self.stays, self.new])
        batch.record["invitations"] = {
            "made": 4,
            "revoked": 1,
            "used": 3,
            "withdrawn": 1,
            "takeovers": 1,
        }
        batch.signed = signed(batch.record, world.server_seed, "batch")
        self.batch = batch.judge(lambda party: 0)

    def replaced(self, released=True):
        return {
            "party_key": b64(self.new.key),
            "invitation": self.invitations[1].admit(
                self.new.key, takeover={"release": self.release if released else None}
            ),
        }


def write():
    story = Story()
    world, party = story.world, story.stays
    file = make.File(
        "Invitations, admissions, takeovers and withdrawals. The computation is given whole, "
        "with its secrets."
    )
    about = {**world.secrets(), "manifest": world.manifest}

    def add(kind, name, given, output=None, error=None):
        file.add(kind, name, {**about, **given}, output, error)

    for invitation in story.invitations:
        add(
            "invitation_key",
            f"number {invitation.number}",
            {"number": invitation.number},
            {"seed": b64(invitation.seed), "key": b64(invitation.key), "link": invitation.link()},
        )
    first, second = story.invitations[:2]
    add(
        "admission",
        "first use",
        {"number": 0, "party_key": b64(party.key)},
        first.admit(party.key),
    )
    add(
        "handover",
        "consent of the old device",
        {
            "number": 1,
            "party_seed": b64(story.old.seed),
            "next": b64(story.new.key),
            "sequence": 1,
        },
        story.release,
    )
    good = story.replaced()["invitation"]
    for name, released in [("consent", True), ("without consent", False)]:
        invitation = story.replaced(released)["invitation"]
        given = {"party_key": b64(story.new.key), "admission": invitation}
        add("admitted", name, given, True)

    def bad_admission(name, admission, party_key=story.new.key):
        add("bad_admission", name, {"party_key": b64(party_key), "admission": admission})

    bad_admission("another party", good, party.key)
    bad_admission("another invitation's key", {**good, "key": b64(first.key)})
    bad_admission("another signature", {**good, "signature": first.admit(story.new.key)["signature"]})
    for name, change in [
        ("consent for another party", release(world, story.old, second, party.key)),
        ("consent for another invitation", release(world, story.old, first, story.new.key)),
        ("consent with another number", {**story.release, "sequence": 2}),
        ("consent of nobody", {**story.release, "signature": b64(bytes(64))}),
        ("consent to oneself", release(world, story.new, second, story.new.key)),
    ]:
        bad_admission(name, {**good, "takeover": {"release": change}})
    other = make.World("another", access="invited")
    elsewhere = sign(second.seed, "invitation", other.fingerprint + story.new.key)
    bad_admission("another computation", {**good, "signature": b64(elsewhere)})

    nonce = fixed("server nonce")
    add(
        "invitation_lookup",
        "asked on a connection",
        {"number": 0, "nonce": b64(nonce)},
        b64(first.look_up(nonce)),
    )
    add(
        "invitation_list",
        "three people",
        {"list": b64(story.list)},
        {
            "hash": b64(H("invitation-list", story.list)),
            "people": [{"label": LABELS[0], "email": "office@example.org"}]
            + [{"label": label} for label in LABELS[1:]],
        },
    )
    add(
        "revocation_list",
        "two keys",
        {"keys": [b64(first.key), b64(second.key)]},
        b64(H("revocation-list", first.key, second.key)),
    )
    add("invite_notice", "the first", {"notice": story.invite, "list": b64(story.list)}, 3)

    def bad_list(name, error, text=None, **changes):
        content = text if text is not None else compact(list_of(world, 0, 3, **changes))
        add("bad_invitation_list", name, {"list": b64(content)}, error=error)

    entries = list_of(world, 0, 3)["invitations"]
    bad_list("nobody", "count", invitations=[])
    bad_list("another computation", "other_computation", fingerprint=b64(other.fingerprint))
    bad_list("key twice", "key_twice", invitations=[entries[0], {**entries[1], "key": entries[0]["key"]}])
    bad_list("label twice", "label_twice", invitations=[entries[0], {**entries[1], "label": LABELS[0]}])
    bad_list("no label", "label", invitations=[{"key": entries[0]["key"]}])
    bad_list("cohort of a sum", "cohort", invitations=[{**entries[0], "cohorts": [0]}])
    bad_list("label with a line end", "malformed", invitations=[{**entries[0], "label": "a\nb"}])
    bad_list("label of 121 characters", "malformed", invitations=[{**entries[0], "label": "x" * 121}])
    bad_list("label with blanks around it", "malformed", invitations=[{**entries[0], "label": " x"}])
    bad_list("e-mail address", "malformed", invitations=[{**entries[0], "email": "a@example.org"}])
    negative = story.list.replace(b'"first":0', b'"first":-1')
    bad_list("negative number", "malformed", text=negative)
    bad_list("trailing bytes", "malformed", text=story.list + b"{")
    bad_list("no JSON", "malformed", text=b"\xff")
    add(
        "bad_roster",
        "of another list",
        {"list": b64(compact(list_of(world, 1, 3, roster=list_of(world, 0, 3)["roster"])))},
    )
    strangers = [{**entries[0], "key": b64(Invitation(other, 0).key)}, *entries[1:]]
    add(
        "bad_roster",
        "with a key that is not the analyst's",
        {"list": b64(compact(list_of(world, 0, 3, invitations=strangers)))},
    )

    add(
        "withdrawal",
        "of the first version",
        {"party_seed": b64(story.leaves.seed), "sequence": 2},
        {"withdrawal": story.withdrawal, "receipt": story.withdrawn},
    )

    def bad_withdrawal(name, record):
        add("bad_withdrawal", name, {"withdrawal": record})

    bad_withdrawal("number 0", withdrawal(world, story.leaves, 0))
    bad_withdrawal("number 1002", withdrawal(world, story.leaves, 1002))
    bad_withdrawal("of another party", withdrawal(world, story.leaves, 2, party_key=b64(party.key)))
    bad_withdrawal("not signed", {**story.withdrawal, "signature": b64(bytes(64))})

    batch = story.batch
    inclusion = batch.inclusion(story.stays)
    left = {**batch.inclusion(story.leaves), "departure": {"withdrawn": story.withdrawal}}
    taken = {**batch.inclusion(story.old), "departure": {"replaced": story.replaced()}}
    waited = {**batch.inclusion(story.old), "departure": {"replaced": story.replaced(False)}}
    second_key = b64(second.key)

    def fate(name, given, output):
        add("departure", name, given, output)

    fate("counted", {"receipt": party.receipt(), "inclusion": inclusion}, "counted")
    fate("withdrawn", {"receipt": story.leaves.receipt(), "inclusion": left}, "withdrawn")
    fate(
        "withdrawn, by the withdrawal's receipt",
        {"withdrawal_receipt": story.withdrawn, "inclusion": left},
        "withdrawn",
    )
    for name, shown, released in [("consent", taken, True), ("after the wait", waited, False)]:
        fate(
            f"replaced, {name}",
            {"receipt": story.old.receipt(), "invitation": second_key, "inclusion": shown},
            {"taken_over": {"by": b64(story.new.key), "released": released}},
        )
    fate(
        "replaced, but with another invitation",
        {"receipt": story.old.receipt(), "invitation": b64(first.key), "inclusion": taken},
        "missing",
    )
    fate(
        "replaced, in the server's word alone",
        {
            "receipt": story.old.receipt(),
            "invitation": second_key,
            "inclusion": {
                **taken,
                "departure": {
                    "replaced": {
                        **story.replaced(),
                        "invitation": {**good, "signature": b64(bytes(64))},
                    }
                },
            },
        },
        "missing",
    )
    corrected = make.Party(world, "old device", 11, sequence=2)
    fate(
        "replaced, with a consent before the version of the receipt",
        {"receipt": corrected.receipt(), "invitation": second_key, "inclusion": taken},
        "missing",
    )
    fate(
        "withdrawn before the version of the receipt",
        {"receipt": make.Party(world, "leaves", 13, sequence=3).receipt(), "inclusion": left},
        "missing",
    )
    fate(
        "withdrawn by another party",
        {"receipt": story.old.receipt(), "inclusion": left},
        "missing",
    )
    kept = withdrawal_receipt(world, party, 2, withdrawal(world, party, 2))
    fate("in the batch after all", {"withdrawal_receipt": kept, "inclusion": inclusion}, "kept")
    add("bad_withdrawal_receipt", "not signed", {
        "withdrawal_receipt": {**story.withdrawn, "signature": b64(flip(make.unb64(story.withdrawn["signature"])))},
        "inclusion": left,
    })
    file.write("invitations.json")


def examples():
    """The examples of docs/PROTOCOL.md, by name."""
    story = Story()
    world, first = story.world, story.invitations[0]
    nonce = fixed("server nonce")
    party = story.stays
    return {
        "record withdrawal": story_body(story.withdrawal),
        "record withdrawal_receipt": story_body(story.withdrawn),
        "record invitation_list": list_of(world, 0, 3),
        "record notice invite": story_body(story.invite),
        "client withdraw": {"withdraw": story.withdrawal},
        "client invitation": {
            "invitation": {
                "fingerprint": b64(world.fingerprint),
                "key": b64(first.key),
                "signature": b64(first.look_up(nonce)),
            }
        },
        "client submit invited": {"submit": {**party.message(), "invitation": first.admit(party.key)}},
        "client invite": {"invite": {"notice": story.invite, "list": b64(story.list)}},
        "client revoke": {"revoke": {"notice": story.revoke, "keys": [b64(k) for k in story.revoked]}},
        "client roster": {"roster": {"after": 0}},
        "server withdrawn": {"withdrawn": story.withdrawn},
        "server invitation": {
            "invitation": {"number": 0, "expires": 1798761600, "revoked": False}
        },
        "server roster": {
            "roster": {"lists": [{"notice": 1, "list": b64(story.list), "revoked": [2]}]}
        },
        "server inclusion replaced": {
            "inclusion": {
                **story.batch.inclusion(story.old),
                "departure": {"replaced": story.replaced()},
            }
        },
        "record batch invited": story.batch.record,
    }


def story_body(record):
    return make.json.loads(make.body_of(record))


def seeds():
    """Seeds for the fuzz targets."""
    story = Story()
    world = story.world
    for name, made in examples().items():
        kind, _, rest = name.partition(" ")
        if rest == "invitation_list":
            yield "invitations", made
        elif kind == "record":
            yield "records", made
        else:
            yield f"{kind}_message", made
    for number, invitation in enumerate(story.invitations):
        yield "invitations", list_of(world, number, 1)
        yield "invitations", invitation.link()
    yield "invitations", roster_plaintext(world, 0, [{"label": "one"}])
    yield "invitations", story.replaced()["invitation"]
    yield "invitations", story.invitations[0].link().rpartition(".")[0]
