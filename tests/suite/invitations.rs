//! Invitations over a real socket and a real database: every code of the wire that is about them, what
//! a restart leaves, what a party's proof says, and what is in the files afterwards.

#[path = "invitations/analyst.rs"]
mod analyst;
#[path = "invitations/leaving.rs"]
mod leaving;
#[path = "invitations/publication.rs"]
mod publication;
#[path = "invitations/secrets.rs"]
mod secrets;
#[path = "invitations/takeover.rs"]
mod takeover;
#[path = "invitations/tracking.rs"]
mod tracking;

use std::net::SocketAddr;
use std::time::Duration;

use rand::rngs::StdRng;
use web_mpc::crypto::{Analyst, Entropy, Identity, Invitation, Party, SigningKeyPair};
use web_mpc::ids::{InvitationKey, Nonce, PartyKey, Signature};
use web_mpc::invitation::{
    Admission, InvitationList, InvitationStanding, NewInvitation, Takeover, invitation_keys,
    key_of, list_hash, lists, sign_lookup,
};
use web_mpc::manifest::{Access, Action, Manifest, Notice, Tracking};
use web_mpc::protocol::{ClientMessage, ErrorCode, Refusal, ServerMessage};
use web_mpc::record::Signed;
use web_mpc::server::Limits;
use web_mpc::submission::{Receipt, Submission};

use super::wire::{Hand, Place, Process, Programs, Served, Wire, rng, seal_as, submit};

/// Longer than any test: for an objection there is always time.
const LONG: Duration = Duration::from_secs(3600);

/// Short enough to wait for.
const SHORT: Duration = Duration::from_secs(1);

/// A server.
enum Running {
    /// In this process, stopped in order.
    Here(Served),
    /// In one of its own, killed.
    Apart(Process, SocketAddr),
}

/// A server with one computation for the invited.
struct World {
    place: Place,
    running: Running,
    wait: Duration,
    hand: Hand,
    rng: StdRng,
    now: u64,
}

/// A device of somebody who is invited.
struct Device {
    party: SigningKeyPair<Party>,
    invitation: SigningKeyPair<Invitation>,
}

impl World {
    async fn new(seed: u64, change: impl FnOnce(&mut Manifest)) -> Self {
        Self::waiting(seed, LONG, change).await
    }

    /// With so much time for objections.
    async fn waiting(seed: u64, wait: Duration, change: impl FnOnce(&mut Manifest)) -> Self {
        let place = Place::new();
        let running = Running::Here(serve(&place, wait).await);
        Self::at(place, running, seed, wait, change).await
    }

    /// With a server that is killed whenever it is to start again.
    async fn apart(seed: u64) -> Self {
        let place = Place::new();
        let (process, address) = Programs::new(place.path()).server();
        let running = Running::Apart(process, address);
        Self::at(place, running, seed, LONG, |_| {}).await
    }

    async fn at(
        place: Place,
        running: Running,
        seed: u64,
        wait: Duration,
        change: impl FnOnce(&mut Manifest),
    ) -> Self {
        let mut rng = rng(seed);
        let identity = Identity::<Analyst>::generate(&mut rng);
        let invited = |manifest: &mut Manifest| {
            manifest.access = Access::Invited;
            manifest.time_grain = 1;
            change(manifest);
        };
        let address = running.address();
        let hand = Hand::create(address, &identity, &mut rng, invited).await;
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Self {
            place,
            running,
            wait,
            hand,
            rng,
            now: since.unwrap().as_secs(),
        }
    }

    /// With so many invitations, and nothing said of any of them.
    async fn of(seed: u64, count: usize) -> Self {
        let mut world = Self::new(seed, |_| {}).await;
        world
            .invite(&vec![NewInvitation::default(); count])
            .await
            .unwrap();
        world
    }

    fn address(&self) -> SocketAddr {
        self.running.address()
    }

    /// Stops the server.
    async fn stop(&mut self) {
        match &mut self.running {
            Running::Here(served) => served.stop().await,
            Running::Apart(process, _) => process.kill(),
        }
    }

    /// Starts it again on the same files.
    async fn start(&mut self) {
        self.running = match &self.running {
            Running::Here(_) => Running::Here(serve(&self.place, self.wait).await),
            Running::Apart(..) => {
                let (process, address) = Programs::new(self.place.path()).server();
                Running::Apart(process, address)
            }
        };
        self.rejoin().await;
    }

    async fn restart(&mut self) {
        self.stop().await;
        self.start().await;
    }

    async fn rejoin(&mut self) {
        let (identity, terms) = (self.hand.identity.clone(), self.hand.terms.clone());
        let hand = Hand::rejoin(self.address(), &identity, &terms, &mut self.rng);
        self.hand = hand.await.unwrap();
    }

    /// The lists for some people.
    fn lists(&mut self, people: &[NewInvitation]) -> Vec<InvitationList> {
        let (terms, boxes) = (&self.hand.terms, &self.hand.identity.boxes);
        let mut made = 0;
        for signed in &self.hand.standing.notices {
            let notice = signed.open(self.hand.identity.signing.public()).unwrap();
            if let Action::Invite { count, .. } = notice.action {
                made += count;
            }
        }
        lists(terms, boxes, made, people, &mut self.rng).unwrap()
    }

    /// The message that adds a list, its notice changed before it was signed.
    fn invitation(&self, list: &InvitationList, change: impl FnOnce(&mut Notice)) -> ClientMessage {
        let list = list.write();
        let count = u64::try_from(
            InvitationList::read(&list, &self.hand.terms).map_or(1, |list| list.invitations.len()),
        );
        let action = Action::Invite {
            count: count.unwrap(),
            list: list_hash(&list),
        };
        let notice = self.next(action, change);
        ClientMessage::Invite { notice, list }
    }

    /// The next notice.
    fn next(&self, action: Action, change: impl FnOnce(&mut Notice)) -> Signed<Notice> {
        let notices = &self.hand.standing.notices;
        let number = u64::try_from(notices.len()).unwrap() + 1;
        let fingerprint = self.hand.terms.fingerprint;
        let mut notice = Notice::following(fingerprint, notices.last(), number, action);
        change(&mut notice);
        Signed::sign(&notice, &self.hand.identity.signing)
    }

    /// Says something that is answered with the computation.
    async fn tell(&mut self, message: &ClientMessage) -> Result<(), Refusal> {
        match self.hand.wire.ask(message).await {
            ServerMessage::Computation(standing) => {
                self.hand.standing = *standing;
                Ok(())
            }
            ServerMessage::Error(refusal) => Err(refusal),
            other => panic!("neither a computation nor a refusal: {other:?}"),
        }
    }

    async fn invite(&mut self, people: &[NewInvitation]) -> Result<(), Refusal> {
        for list in self.lists(people) {
            let message = self.invitation(&list, |_| {});
            self.tell(&message).await?;
        }
        Ok(())
    }

    async fn revoke(&mut self, numbers: &[u64]) -> Result<(), Refusal> {
        let keys: Vec<_> = numbers
            .iter()
            .map(|number| key_of(&self.keys(*number)))
            .collect();
        let action = Action::Revoke {
            count: u64::try_from(keys.len()).unwrap(),
            list: web_mpc::invitation::revocation_hash(&keys),
        };
        let notice = self.next(action, |_| {});
        self.tell(&ClientMessage::Revoke { notice, keys }).await
    }

    fn keys(&self, number: u64) -> SigningKeyPair<Invitation> {
        let (terms, boxes) = (&self.hand.terms, &self.hand.identity.boxes);
        invitation_keys(boxes, &terms.fingerprint, number)
    }

    /// The public key of invitation `number`.
    fn public_key(&self, number: u64) -> InvitationKey {
        key_of(&self.keys(number))
    }

    /// A new device with the link of invitation `number`.
    fn device(&mut self, number: u64) -> Device {
        Device {
            party: SigningKeyPair::generate(&mut self.rng),
            invitation: self.keys(number),
        }
    }

    /// A version of a device's submission.
    fn seal(&mut self, device: &Device, sequence: u64, takeover: Option<Takeover>) -> Submission {
        let admission = self.admission(device).taking_over(takeover);
        let (terms, party) = (self.hand.terms.clone(), &device.party);
        seal_as(&terms, party, sequence, 7, &mut self.rng).admitted(Some(admission))
    }

    fn admission(&self, device: &Device) -> Admission {
        Admission::sign(
            &device.invitation,
            &self.hand.terms.fingerprint,
            &device.key(),
        )
    }

    async fn submit(
        &mut self,
        device: &Device,
        sequence: u64,
    ) -> Result<Signed<Receipt>, ErrorCode> {
        let submission = self.seal(device, sequence, None);
        submit(self.address(), &submission).await
    }

    /// Asks what an invitation is worth.
    async fn ask(
        &self,
        keys: &SigningKeyPair<Invitation>,
    ) -> Result<InvitationStanding, ErrorCode> {
        self.ask_with(keys, |_| {}).await
    }

    async fn ask_with(
        &self,
        keys: &SigningKeyPair<Invitation>,
        change: impl FnOnce(&mut Signature),
    ) -> Result<InvitationStanding, ErrorCode> {
        let (mut wire, server, nonce) = Wire::greeted(self.address()).await;
        let fingerprint = self.hand.terms.fingerprint;
        let mut signature = sign_lookup(keys, &server, &fingerprint, &nonce);
        change(&mut signature);
        let question = ClientMessage::Invitation {
            fingerprint,
            key: key_of(keys),
            signature,
        };
        match wire.ask(&question).await {
            ServerMessage::Invitation(standing) => Ok(standing),
            ServerMessage::Error(refusal) => Err(refusal.code),
            other => panic!("neither an invitation nor a refusal: {other:?}"),
        }
    }
}

impl Running {
    fn address(&self) -> SocketAddr {
        match self {
            Self::Here(served) => served.address,
            Self::Apart(_, address) => *address,
        }
    }
}

impl Device {
    fn key(&self) -> PartyKey {
        (*self.party.public()).into()
    }
}

async fn serve(place: &Place, takeover_wait: Duration) -> Served {
    let limits = Limits {
        takeover_wait,
        ..Limits::default()
    };
    place.serve_with(Entropy::System, limits).await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_invited_submit() {
    let mut world = World::of(1, 2).await;
    let device = world.device(0);
    let good = world.seal(&device, 1, None);
    let address = world.address();
    let uninvited = good.clone().admitted(None);
    assert_eq!(
        submit(address, &uninvited).await.unwrap_err(),
        ErrorCode::InvitationRequired
    );
    let stranger = Device {
        party: SigningKeyPair::generate(&mut world.rng),
        invitation: SigningKeyPair::generate(&mut world.rng),
    };
    assert_eq!(
        world.submit(&stranger, 1).await.unwrap_err(),
        ErrorCode::InvitationUnknown
    );
    let mut forged = world.admission(&device);
    forged.key = key_of(&world.keys(1));
    let forged = good.clone().admitted(Some(forged));
    assert_eq!(
        submit(address, &forged).await.unwrap_err(),
        ErrorCode::InvitationInvalid
    );
    let receipt = submit(address, &good).await.unwrap();
    let server = world.hand.terms.manifest.server.identity.signing_key;
    assert_eq!(receipt.open(&server).unwrap().invitations, 2);

    // The same party with another invitation, another party with the same, a correction.
    let second = Device {
        party: device.party.clone(),
        invitation: world.keys(1),
    };
    assert_eq!(
        world.submit(&second, 2).await.unwrap_err(),
        ErrorCode::InvitationInvalid
    );
    let other = world.device(0);
    assert_eq!(
        world.submit(&other, 1).await.unwrap_err(),
        ErrorCode::InvitationInUse
    );
    world.submit(&device, 2).await.unwrap();
    assert_eq!(
        submit(address, &good).await.unwrap(),
        receipt,
        "the same again"
    );
    world.restart().await;
    assert_eq!(
        world.submit(&other, 1).await.unwrap_err(),
        ErrorCode::InvitationInUse
    );
    world.submit(&device, 3).await.unwrap();
    let batch = world.hand.freeze().await;
    let counts = batch.invitations.unwrap();
    assert_eq!((batch.parties, counts.made, counts.used), (1, 2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_computation_takes_no_invitation() {
    let mut world = World::new(2, |manifest| manifest.access = Access::Open).await;
    let device = world.device(0);
    assert_eq!(
        world.submit(&device, 1).await.unwrap_err(),
        ErrorCode::InvitationUnexpected
    );
    let refused = world.invite(&[NewInvitation::default()]).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvitationUnexpected);
    let refused = world.revoke(&[0]).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvitationUnexpected);
    let refused = world
        .hand
        .wire
        .code(&ClientMessage::Roster { after: 0 })
        .await;
    assert_eq!(refused, ErrorCode::InvitationUnexpected);
    let keys = world.keys(0);
    assert_eq!(world.ask(&keys).await, Err(ErrorCode::InvitationUnexpected));
    let uninvited = world.seal(&device, 1, None).admitted(None);
    submit(world.address(), &uninvited).await.unwrap();
    assert_eq!(world.hand.freeze().await.invitations, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_tells_its_holder_what_it_is_worth() {
    let mut world = World::new(3, |_| {}).await;
    let end = world.now + 1000;
    let people = [
        NewInvitation::default(),
        NewInvitation {
            expires: Some(end),
            ..NewInvitation::default()
        },
    ];
    world.invite(&people).await.unwrap();
    let plain = InvitationStanding {
        number: 0,
        cohorts: Vec::new(),
        expires: None,
        revoked: false,
    };
    let keys = world.keys(0);
    assert_eq!(world.ask(&keys).await, Ok(plain.clone()));
    // Used or not: the same.
    let device = world.device(0);
    world.submit(&device, 1).await.unwrap();
    assert_eq!(world.ask(&keys).await, Ok(plain));
    let second = world.ask(&world.keys(1)).await.unwrap();
    assert_eq!((second.number, second.expires), (1, Some(end)));
    // Nobody else is told.
    let unknown = Err(ErrorCode::InvitationUnknown);
    assert_eq!(world.ask(&world.keys(2)).await, unknown);
    let spoilt = |signature: &mut Signature| *signature = Signature::new([1; 64]);
    assert_eq!(world.ask_with(&keys, spoilt).await, unknown);
    let (mut wire, server, _) = Wire::greeted(world.address()).await;
    let fingerprint = world.hand.terms.fingerprint;
    let replayed = ClientMessage::Invitation {
        fingerprint,
        key: key_of(&keys),
        signature: sign_lookup(&keys, &server, &fingerprint, &Nonce::new([0; 32])),
    };
    assert_eq!(wire.code(&replayed).await, ErrorCode::InvitationUnknown);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_revoked_or_expired_admits_nobody_new() {
    let mut world = World::new(4, |manifest| manifest.tracking = Tracking::Labels).await;
    let person = |label: &str, expires| NewInvitation {
        label: Some(label.parse().unwrap()),
        expires,
        ..NewInvitation::default()
    };
    let past = Some(world.now - 10);
    let people = [
        person("used", None),
        person("unused", None),
        person("late", past),
    ];
    world.invite(&people).await.unwrap();
    let (used, unused, late) = (world.device(0), world.device(1), world.device(2));
    world.submit(&used, 1).await.unwrap();
    world.revoke(&[0, 1]).await.unwrap();
    assert_eq!(
        world.submit(&unused, 1).await.unwrap_err(),
        ErrorCode::InvitationRevoked
    );
    assert_eq!(
        world.submit(&late, 1).await.unwrap_err(),
        ErrorCode::InvitationExpired
    );
    // Who has submitted stays: the analyst cannot choose who does.
    world.submit(&used, 2).await.unwrap();
    for number in [0, 1] {
        assert!(world.ask(&world.keys(number)).await.unwrap().revoked);
    }
    world.restart().await;
    world.submit(&used, 3).await.unwrap();
    let counts = world.hand.freeze().await.invitations.unwrap();
    assert_eq!((counts.made, counts.revoked, counts.used), (3, 2, 1));
}
