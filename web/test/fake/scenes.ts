import { finished, type Scene } from "./core";

const over = (phase: NonNullable<Scene["view"]>["phase"]): Scene => ({
  view: { phase: phase ?? "open" },
  kept: finished,
});

export const PARTY_SCENES: Record<string, Scene> = {
  invited: {
    view: { access: "invited", invitations: 12, tracking: "labels", publication: "parties", closesAt: 1_796_000_000 },
    cohorts: { industry: "Finance" },
  },
  guarded: { view: { minCell: 4, round: 2 } },
  unpinned: { pinned: false },
  waiting: { waiting: true },
  have: { kept: finished, view: { access: "invited", invitations: 12 } },
  pending: { kept: { state: "pending", sequence: 1, receipt: null } },
  withdrawn: { kept: { ...finished, state: "withdrawn" } },
  stuck: { stuckAt: "sent" },
  takeover: { stuckAt: "takeover", view: { access: "invited", invitations: 12 }, cohorts: {} },
  uninvited: { view: { access: "invited", invitations: 12 } },
  early: { view: { opensAt: 1_999_000_000 } },
  paused: { view: { phase: "paused" } },
  closed: { view: { phase: "closed" } },
  frozen: over("frozen"),
  revealed: over("revealed"),
  ended: over("ended"),
  purged: over("purged"),
  near: { ...over("revealed"), fate: { fate: "counted", invitations: 12, parties: 12, takeovers: 0, nearRound: 1 } },
  missing: { ...over("revealed"), fate: { fate: "missing", evidence: { name: "e", type: "x", bytes: new Uint8Array() } } },
  "no-link": { fails: "link_invalid" },
  "no-invitation": { fails: "invitation_unknown" },
  "other-tab": { fails: "in_use" },
  unusable: { fails: "browser_unusable" },
};
