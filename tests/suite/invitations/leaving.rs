//! Withdrawals, whoever may submit, and what a party's proof says afterwards.

use web_mpc::crypto::{Party, SigningKeyPair};
use web_mpc::ids::PartyKey;
use web_mpc::manifest::{Access, Action};
use web_mpc::protocol::{ClientMessage, ErrorCode, Inclusion, ServerMessage};
use web_mpc::record::Signed;
use web_mpc::session::{Fate, Leaving, fate, fate_of_withdrawal};
use web_mpc::submission::{MAX_WITHDRAWAL, Withdrawal, WithdrawalReceipt};

use super::super::wire::{Wire, seal_as, submit};
use super::World;

impl World {
    pub(super) async fn withdraw(
        &self,
        keys: &SigningKeyPair<Party>,
        sequence: u64,
    ) -> Result<Signed<WithdrawalReceipt>, ErrorCode> {
        let withdrawal = Leaving::sign(&self.hand.terms, keys, sequence);
        self.send_withdrawal(withdrawal).await
    }

    async fn send_withdrawal(
        &self,
        withdrawal: Signed<Withdrawal>,
    ) -> Result<Signed<WithdrawalReceipt>, ErrorCode> {
        let (mut wire, _, _) = Wire::greeted(self.address()).await;
        let answer = wire.ask(&ClientMessage::Withdraw(withdrawal.clone())).await;
        match answer {
            ServerMessage::Withdrawn(receipt) => {
                let server = &self.hand.terms.manifest.server.identity.signing_key;
                let read = Withdrawal::open(&withdrawal).unwrap();
                let due = WithdrawalReceipt::of(&read, &withdrawal.body);
                assert_eq!(receipt.open(server), Ok(due));
                Ok(receipt)
            }
            ServerMessage::Error(refusal) => Err(refusal.code),
            other => panic!("neither receipt nor refusal: {other:?}"),
        }
    }

    pub(super) async fn inclusion(&self, party_key: PartyKey) -> Box<Inclusion> {
        let (mut wire, _, _) = Wire::greeted(self.address()).await;
        let fingerprint = self.hand.terms.fingerprint;
        let question = ClientMessage::Inclusion {
            fingerprint,
            party_key,
        };
        match wire.ask(&question).await {
            ServerMessage::Inclusion(inclusion) => inclusion,
            other => panic!("no inclusion: {other:?}"),
        }
    }

    /// Freezes and commits.
    pub(super) async fn decide(&mut self) {
        let batch = self.hand.freeze().await;
        let tallied = self.hand.pages(&batch, |_, verdict| verdict).await;
        self.hand.commit_to(&tallied).await;
    }

    async fn parties(&mut self) -> u64 {
        match self.hand.wire.ask(&ClientMessage::Watch {}).await {
            ServerMessage::Submissions { parties } => parties,
            other => panic!("no count: {other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_party_leaves_and_comes_back() {
    let mut world = World::new(21, |manifest| manifest.access = Access::Open).await;
    let terms = world.hand.terms.clone();
    let [one, two] = [(); 2].map(|()| SigningKeyPair::<Party>::generate(&mut world.rng));
    assert_eq!(
        world.withdraw(&one, 1).await,
        Err(ErrorCode::NothingSubmitted)
    );
    for keys in [&one, &two] {
        let submission = seal_as(&terms, keys, 1, 5, &mut world.rng);
        submit(world.address(), &submission).await.unwrap();
    }
    assert_eq!(world.parties().await, 2);
    assert_eq!(
        world.withdraw(&one, 1).await,
        Err(ErrorCode::SubmissionStale)
    );
    let receipt = world.withdraw(&one, 2).await.unwrap();
    assert_eq!(world.withdraw(&one, 2).await, Ok(receipt), "the same again");
    assert_eq!(world.parties().await, 1);
    world.restart().await;
    assert_eq!(world.parties().await, 1);
    // An old version does not come back.
    let old = seal_as(&terms, &one, 2, 5, &mut world.rng);
    assert_eq!(
        submit(world.address(), &old).await,
        Err(ErrorCode::SubmissionStale)
    );
    let new = seal_as(&terms, &one, 3, 5, &mut world.rng);
    submit(world.address(), &new).await.unwrap();
    assert_eq!(world.parties().await, 2);
    // Also while nothing is taken.
    let notice = ClientMessage::Notice(world.next(Action::Pause, |_| {}));
    world.tell(&notice).await.unwrap();
    let receipt = world.withdraw(&one, 4).await.unwrap();
    let batch = world.hand.freeze().await;
    assert_eq!(batch.parties, 1);
    assert_eq!(world.withdraw(&one, 4).await, Ok(receipt), "still the same");
    assert_eq!(world.withdraw(&one, 5).await, Err(ErrorCode::NotOpen));
    assert_eq!(world.withdraw(&two, 2).await, Err(ErrorCode::NotOpen));
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_withdrawals_are_refused() {
    let mut world = World::new(22, |manifest| manifest.access = Access::Open).await;
    let terms = world.hand.terms.clone();
    let keys = SigningKeyPair::<Party>::generate(&mut world.rng);
    let submission = seal_as(&terms, &keys, 1, 5, &mut world.rng);
    submit(world.address(), &submission).await.unwrap();
    for sequence in [0, MAX_WITHDRAWAL + 1, u64::from(u32::MAX)] {
        let refused = world
            .send_withdrawal(Leaving::sign(&terms, &keys, sequence))
            .await;
        assert_eq!(refused, Err(ErrorCode::WithdrawalInvalid), "{sequence}");
    }
    let stranger = SigningKeyPair::<Party>::generate(&mut world.rng);
    let good = Leaving::sign(&terms, &keys, 2);
    let forged = Signed::sign(&Withdrawal::open(&good).unwrap(), &stranger);
    assert_eq!(
        world.send_withdrawal(forged).await,
        Err(ErrorCode::WithdrawalInvalid)
    );
    let mut elsewhere = Withdrawal::open(&good).unwrap();
    elsewhere.fingerprint = web_mpc::ids::Fingerprint::new([1; 32]);
    let elsewhere = Signed::sign(&elsewhere, &keys);
    assert_eq!(
        world.send_withdrawal(elsewhere).await,
        Err(ErrorCode::UnknownComputation)
    );
    assert_eq!(world.parties().await, 1);
    world.withdraw(&keys, MAX_WITHDRAWAL).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_watches_is_told_that_a_party_left() {
    let mut world = World::new(23, |manifest| manifest.access = Access::Open).await;
    let terms = world.hand.terms.clone();
    let keys = SigningKeyPair::<Party>::generate(&mut world.rng);
    let submission = seal_as(&terms, &keys, 1, 5, &mut world.rng);
    submit(world.address(), &submission).await.unwrap();
    assert_eq!(world.parties().await, 1);
    world.withdraw(&keys, 2).await.unwrap();
    let told = world.hand.wire.message().await;
    assert_eq!(told, ServerMessage::Submissions { parties: 0 });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_receipt_says_so() {
    let mut world = World::of(24, 3).await;
    let terms = world.hand.terms.clone();
    let [stays, leaves, returns] = [0, 1, 2].map(|number| world.device(number));
    let mut receipts = Vec::new();
    for device in [&stays, &leaves, &returns] {
        receipts.push(world.submit(device, 1).await.unwrap());
    }
    let withdrawal = world.withdraw(&leaves.party, 2).await.unwrap();
    let early = world.withdraw(&returns.party, 2).await.unwrap();
    let back = world.submit(&returns, 3).await.unwrap();
    world.decide().await;
    let counts = world.hand.freeze().await.invitations.unwrap();
    assert_eq!((counts.made, counts.used, counts.withdrawn), (3, 3, 1));

    let fate_of = |receipt, inclusion: &Inclusion| fate(&terms, receipt, None, inclusion).unwrap();
    let of_stays = world.inclusion(stays.key()).await;
    assert_eq!(fate_of(&receipts[0], &of_stays), Fate::Counted);
    let of_leaves = world.inclusion(leaves.key()).await;
    assert_eq!(fate_of(&receipts[1], &of_leaves), Fate::Withdrawn);
    let of_withdrawal = fate_of_withdrawal(&terms, &withdrawal, &of_leaves);
    assert_eq!(of_withdrawal, Ok(Fate::Withdrawn));
    let of_returns = world.inclusion(returns.key()).await;
    assert_eq!(fate_of(&back, &of_returns), Fate::Counted);
    // A server that ignores a withdrawal is shown to have signed for it.
    let ignored = fate_of_withdrawal(&terms, &early, &of_returns).unwrap();
    assert!(matches!(ignored, Fate::Kept(_)), "{ignored:?}");
    // Without the party's own signature its absence is not explained.
    let mut unexplained = *of_leaves;
    unexplained.departure = None;
    let missing = fate_of(&receipts[1], &unexplained);
    assert!(matches!(missing, Fate::Missing(_)), "{missing:?}");
}
