"""Vectors of what is told while parties submit and once there is a result: tracking, the list of an
analyst's computations, and published results.

Written from docs/PROTOCOL.md like make.py, which calls it; it shares no code with the crate.
"""

import make
from invitations import Invitation
from make import H, b64, bitmap, box_public, compact, fixed, flip, mac, seal, sign, sign_public
from make import signed, tagged, unb64

LEAST_TOGETHER = 3


# --- tracking (section 17) ---


def view_at(changes, boundary):
    """Who is shown in which cohort at the beginning of a grain."""
    seen, now, last = {}, {}, 0
    grains = {}
    for grain, who, cohort in changes:
        # A clock that is set back does not bring back what is over.
        last = max(last, grain)
        if last >= boundary:
            break
        grains.setdefault(last, []).append((who, cohort))
    for grain in sorted(grains):
        for who, cohort in grains[grain]:
            if cohort is None:
                now.pop(who, None)
            else:
                now[who] = cohort
        differing = {who for who in seen.keys() | now.keys() if seen.get(who) != now.get(who)}
        if len(differing) >= LEAST_TOGETHER:
            seen = dict(now)
    return seen


def tracked(changes, boundary, time_grain, cohorts):
    seen = view_at(changes, boundary)
    bits = [number in seen for number in range(max(seen, default=-1) + 1)]
    return {
        "tracked": {
            "at": boundary * time_grain,
            "cohorts": [list(seen.values()).count(c) for c in range(cohorts)] if cohorts else None,
            "used": b64(bitmap(bits)),
        }
    }


LOGS = {
    "nobody": [],
    "two wait": [[5, 0, 0], [5, 1, 0]],
    "three at once": [[5, 9, 0], [5, 1, 1], [5, 3, 1]],
    "three in three grains": [[5, 0, 0], [6, 1, 1], [9, 2, 0]],
    "four, the last alone": [[5, 0, 0], [5, 1, 1], [6, 2, 0], [7, 3, 0]],
    "one many times": [[g, 0, g % 2] for g in range(1, 9)],
    "came and left": [[1, 0, 0], [1, 1, 0], [2, 2, 1], [2, 2, None]],
    "one leaves, two come": [[1, 0, 0], [1, 1, 0], [1, 2, 1], [4, 0, None], [4, 20, 1], [5, 7, 0]],
    "three move": [[1, 0, 0], [1, 1, 0], [1, 2, 0], [3, 0, 1], [4, 1, 1], [6, 2, 1]],
    "moved and back": [[1, 0, 0], [1, 1, 0], [1, 2, 0], [3, 0, 1], [3, 0, 0], [4, 1, 1], [5, 2, 1]],
    "clock set back": [[8, 0, 0], [8, 1, 0], [3, 2, 0]],
}


def tracking_file():
    file = make.File(
        "What an analyst is shown beside the total. A change is [grain, number of the invitation, "
        "cohort from then on or null for who has left]; cohorts 0 stands for none."
    )
    for name, changes in LOGS.items():
        for boundary in [0, 6, 7, 9, 10]:
            given = {"changes": changes, "boundary": boundary, "time_grain": 60, "cohorts": 2}
            file.add("shown", f"{name}, at {boundary}", given, tracked(changes, boundary, 60, 2))
    one = {"changes": LOGS["three at once"], "boundary": 6, "time_grain": 1, "cohorts": 0}
    file.add("shown", "no cohorts, grains of a second", one, tracked(one["changes"], 6, 1, 0))
    for name, message, numbers in [
        ("everything", {"at": 1796108400, "cohorts": [12, 0, 7], "used": b64(b"\x0b\x80")}, [0, 1, 3, 15]),
        ("nobody", {"at": 0, "cohorts": [0], "used": ""}, []),
        ("the total alone", {"at": 2**53 - 1, "cohorts": None, "used": None}, None),
        ("without what is null", {"at": 60}, None),
    ]:
        text = compact({"tracked": message}).decode()
        file.add("tracked", name, {"text": text}, {"at": message["at"], "cohorts": message.get("cohorts"), "used": numbers})
    good = '{"tracked":{"at":60,"cohorts":[1],"used":"AQ"}}'
    for name, text in {
        "no moment": good.replace('"at":60,', ""),
        "negative moment": good.replace("60", "-60"),
        "moment with a fraction": good.replace("60", "60.5"),
        "moment beyond 64 bits": good.replace("60", str(2**64)),
        "moment as text": good.replace("60", '"60"'),
        "negative count": good.replace("[1]", "[-1]"),
        "counts by name": good.replace("[1]", '{"North":1}'),
        "one count": good.replace("[1]", "1"),
        "padding": good.replace("AQ", "AQ=="),
        "the other alphabet": good.replace("AQ", "+/+/"),
        "other trailing bits": good.replace("AQ", "AR"),
        "numbers in place of bits": good.replace('"AQ"', "[0]"),
        "unknown member": good.replace('"used"', '"parties":1,"used"'),
        "double member": good.replace('"at":60', '"at":60,"at":60'),
        "cut": good[:-1],
        "a list": '{"tracked":[60,[1],"AQ"]} ,',
    }.items():
        file.add("bad_tracked", name, {"text": text})
    file.write("tracking.json")


# --- the list of an analyst's computations (section 7, `list`) ---


class Asked:
    def __init__(self, world):
        self.world = world
        self.analyst_nonce, self.server_nonce = fixed("analyst nonce"), fixed("server nonce")

    def challenge(self, server=None, analyst=None, analyst_nonce=None, server_nonce=None):
        world = self.world
        return (
            (server or sign_public(world.server_seed))
            + world.key_id(analyst or world.analyst)
            + (analyst_nonce or self.analyst_nonce)
            + (server_nonce or self.server_nonce)
        )

    def given(self):
        return {
            **self.world.secrets(),
            "analyst_nonce": b64(self.analyst_nonce),
            "server_nonce": b64(self.server_nonce),
        }


def lists(file, world):
    """Of crypto.json, beside the login."""
    asked = Asked(world)
    body = asked.challenge()
    made = {"challenge": b64(body), "list": b64(sign(world.analyst_seed, "list", body))}
    file.add("list", "asked by the analyst", asked.given(), made)
    other = make.World("another")
    for name, seed, tag, body in [
        ("signed by another analyst", other.analyst_seed, "list", body),
        ("signed as a login", world.analyst_seed, "login", body),
        ("for another server", world.analyst_seed, "list", asked.challenge(server=sign_public(other.server_seed))),
        ("of another analyst", world.analyst_seed, "list", asked.challenge(analyst=other.analyst)),
        ("with another nonce of the analyst", world.analyst_seed, "list", asked.challenge(analyst_nonce=fixed("x"))),
        ("with another nonce of the server", world.analyst_seed, "list", asked.challenge(server_nonce=fixed("x"))),
        ("with the fingerprint of a login", world.analyst_seed, "list", body[:32] + world.fingerprint + body[64:]),
    ]:
        file.add("bad_list", name, {**asked.given(), "signature": b64(sign(seed, tag, body))})


# --- published results (section 18) ---


class Published:
    """A result of two parties, told to those who were invited, or to everybody."""

    def __init__(self, publication, label="published"):
        access = {"access": "invited"} if publication == "parties" else {}
        self.world = world = make.World(label, publication=publication, max_parties=100, **access)
        parties = [make.Party(world, f"{label} {n}", 20 + n) for n in range(2)]
        self.batch = make.Batch(world, parties).judge(lambda party: 0)
        self.invitations = [Invitation(world, number) for number in range(3)]
        self.random = b"".join(fixed(f"{label} random {n}") for n in range(5))
        k = mac(world.analyst_box, "result-key", world.fingerprint, self.batch.root)
        self.content = k + self.batch.values

    def box_of(self, number):
        invitation = self.invitations[number]
        return mac(invitation.seed, "publication-box", self.world.fingerprint)

    def draw(self, number):
        return self.random[32 * number :][:32]

    def result_box(self, content=None, commit_hash=None, tag="published-result"):
        plain = tagged(tag, commit_hash or self.batch.commit_hash, content or self.content)
        return seal(self.draw(1), box_public(self.draw(0)), plain)

    def keys(self):
        return [
            seal(self.draw(2 + number), box_public(self.box_of(number)), self.draw(0))
            for number in range(3)
        ]

    def record(self, content=None, seed=None, **changes):
        keys = b"".join(self.keys())
        sealed = {"result": b64(self.result_box()), "keys": b64(H("publication-keys", keys))}
        record = {
            "fingerprint": b64(self.world.fingerprint),
            "commit": b64(self.batch.commit_hash),
            "content": {"sealed": sealed} if content is None else content,
        }
        record.update(changes)
        return signed(record, seed or self.world.analyst_seed, "publication")

    def given(self):
        return {**self.world.secrets(), "manifest": self.world.manifest, "commit": self.batch.commit}

    def read(self, number, record, key=None, **changes):
        given = {
            **self.given(),
            "result": self.batch.result(),
            "record": record,
            "number": number,
            "key": b64(self.keys()[number] if key is None else key) if number is not None else None,
        }
        given.update(changes)
        return given


def publications_file():
    file = make.File(
        "Published results: as the analyst makes them, as a server takes them, and as somebody "
        "reads them who has an invitation. The computation is given whole, with its secrets."
    )
    sealed, public = Published("parties"), Published("public", "public")
    joined = b"".join(sealed.keys())
    making = {"root": b64(sealed.batch.root), "values": b64(sealed.batch.values)}
    drawn = {"invitations": 3, "random": b64(sealed.random)}
    file.add(
        "publication",
        "for the invited",
        {**sealed.given(), **making, **drawn},
        {"record": sealed.record(), "keys": b64(joined)},
    )
    in_clear = public.record({"public": b64(public.content)})
    making = {"root": b64(public.batch.root), "values": b64(public.batch.values)}
    file.add(
        "publication",
        "for everybody",
        {**public.given(), **making, "invitations": 0, "random": ""},
        {"record": in_clear, "keys": ""},
    )
    values = b64(sealed.batch.values)
    for number in range(3):
        given = sealed.read(number, sealed.record())
        file.add("published", f"read with invitation {number}", given, values)
    given = public.read(None, in_clear)
    file.add("published", "read by anybody", given, b64(public.batch.values))

    def bad(name, error, story=sealed, number=0, record=None, key=None, **changes):
        given = story.read(number, record or story.record(), key, **changes)
        file.add("bad_published", name, given, error=error)

    def resealed(**changes):
        keys = b64(H("publication-keys", joined))
        return {"sealed": {"result": b64(sealed.result_box(**changes)), "keys": keys}}

    other = Published("parties", "another")
    unproven = "unproven"
    bad("without an invitation", "invitation_needed", number=None)
    bad("with another invitation's key", "unopenable", key=sealed.keys()[1])
    bad("with a key that was changed", "unopenable", key=flip(sealed.keys()[0]))
    bad("with a key that was cut", "unopenable", key=sealed.keys()[0][:-1])
    bad("with no key", "unopenable", key=b"")
    short = seal(sealed.draw(2), box_public(sealed.box_of(0)), sealed.draw(0)[:-1])
    bad("with a key of 31 bytes", "unopenable", key=short)
    bad("sealed for another commit", "unopenable", record=sealed.record(resealed(commit_hash=fixed("x"))))
    bad("sealed as another thing", "unopenable", record=sealed.record(resealed(tag="result-blob")))
    changed = flip(sealed.content)
    bad("another result than was recorded", "other_result", record=sealed.record(resealed(content=changed)))
    bad("another opening than was recorded", "other_result", record=sealed.record(resealed(content=flip(sealed.content, 0))))
    bad("no room for an opening", unproven, record=sealed.record(resealed(content=sealed.content[:31])))
    bad("signed by another analyst", unproven, record=sealed.record(seed=other.world.analyst_seed))
    bad("of another computation", unproven, record=sealed.record(fingerprint=b64(other.world.fingerprint)))
    bad("about another commit", unproven, record=sealed.record(commit=b64(fixed("x"))))
    bad("with another member", unproven, record=sealed.record(more=1))
    bad("for nobody", unproven, record=sealed.record({}))
    bad("for both", unproven, record=sealed.record({"public": b64(sealed.content), **resealed()}))
    bad("beside the record of another analyst", unproven, result=other.batch.result())
    bad("beside another commit", unproven, commit=other.batch.commit)
    record = public.record({"public": b64(flip(public.content))})
    bad("another result in clear", "other_result", public, None, record)

    def kept(kind, name, story, record, keys, invitations):
        given = {**story.given(), "record": record, "keys": b64(keys), "invitations": invitations}
        file.add(kind, name, given, True if kind == "kept" else None)

    kept("kept", "for the invited", sealed, sealed.record(), joined, 3)
    kept("kept", "for everybody", public, in_clear, b"", 0)
    for name, story, record, keys, invitations in [
        ("a key is missing", sealed, sealed.record(), joined[:160], 3),
        ("a key more than there are invitations", sealed, sealed.record(), joined, 2),
        ("keys in another order", sealed, sealed.record(), joined[80:] + joined[:80], 3),
        ("a changed key", sealed, sealed.record(), flip(joined), 3),
        ("in clear, for the invited alone", sealed, sealed.record({"public": b64(sealed.content)}), b"", 3),
        ("sealed, for everybody", public, public.record(), b"".join(public.keys()), 3),
        ("keys to what is in clear", public, in_clear, joined, 0),
        ("signed by another analyst", sealed, sealed.record(seed=other.world.analyst_seed), joined, 3),
        ("about another commit", sealed, sealed.record(commit=b64(fixed("x"))), joined, 3),
        ("of another computation", sealed, other.record(), b"".join(other.keys()), 3),
    ]:
        kept("bad_kept", name, story, record, keys, invitations)
    file.write("publications.json")


def write():
    tracking_file()
    publications_file()


def seeds():
    """Seeds for the fuzz targets."""
    for changes in LOGS.values():
        yield "tracked", tracked(changes, 10, 60, 2)["tracked"]
    yield "tracked", {"at": 0, "cohorts": None, "used": None}
    yield "tracked", {"at": 2**64 - 1, "cohorts": [2**64 - 1], "used": b64(b"\xff" * 9)}
    yield "tracked", '{"at":60,"used":"AR"}'
    story, public = Published("parties"), Published("public", "public")
    for record in [story.record(), public.record({"public": b64(public.content)}), story.record({})]:
        yield "publication", unb64(record["body"])
    yield "publication", tagged("published-result", story.batch.commit_hash, story.content)
    yield "publication", story.content
    yield "publication", story.draw(0)
    yield "publication", b"".join(story.keys())
    asked = Asked(make.World("default"))
    listed = {
        "name": "web-mpc",
        "round": 1,
        "fingerprint": b64(asked.world.fingerprint),
        "phase": "open",
        "parties": 4,
    }
    yield "listing", [listed]
    yield "listing", [listed, {**listed, "round": 2, "phase": "purged", "parties": None}]
    yield "listing", [{**listed, "name": "Web MPC"}]
    yield "listing", asked.challenge()
    yield "listing", []
