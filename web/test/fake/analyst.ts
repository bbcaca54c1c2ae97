import type { AnalystApi, AnalystView, Form, Group, Link, Outcome, Report, Status } from "../../src/core/api";
import { computation, failure } from "./made";

const never = new Promise<never>(() => {});
const LABELS = ["Alder & Sons", "Birch Bank", "Cedar Clinic", "Dogwood Works", "Elm Insurance", "Fir Foods"];

function links(): Link[] {
  return LABELS.map((label, number) => ({
    label,
    number,
    cohorts: { industry: number % 2 ? "Finance" : "Health" },
    url: `https://mpc.example/#wages._F_qNJXcEruPOalTF_h7qK9tW9LAuJnuFna-0HmlPWQ.c2VlZC1vZi1pbnZpdGF0aW9uLTAwMDAwMDAwMDAwMD${number}`,
    revoked: number === 4,
  }));
}

function sections(seed: number): NonNullable<Group["sections"]> {
  const mean = (base: number) => String(base + seed);
  return [
    {
      source: "women",
      title: "Women employed",
      figures: { statistic: "sum" },
      rows: ["Executives", "Managers", "Professionals"],
      columns: [["Full time", "under 30"], ["Full time", "30 to 49"], ["Part time", "under 30"]],
      cells: [["12", "1204", "7"], ["33", "41", "hidden"], ["1520", "880", "60"]],
    },
    {
      source: "size",
      title: "How many people work for you?",
      figures: { statistic: "mean" },
      unit: "people",
      rows: ["How many people work for you?"],
      columns: [["mean"]],
      cells: [[mean(412)]],
    },
    {
      source: "size",
      title: "How many people work for you?",
      figures: { statistic: "sample_deviation" },
      unit: "people",
      rows: ["How many people work for you?"],
      columns: [["standard deviation (sample)"]],
      cells: [["98.25"]],
    },
    {
      source: "pay",
      title: "Pay by occupation",
      figures: { statistic: "mean" },
      unit: "EUR",
      rows: ["Executives", "Managers", "Professionals", "Technicians"],
      columns: [["Gross pay"]],
      cells: [["9850.50"], ["6210"], ["4890.25"], [null]],
    },
    {
      source: "pay",
      title: "Pay by occupation",
      figures: { statistic: "population_deviation" },
      unit: "EUR",
      rows: ["Executives", "Managers", "Professionals", "Technicians"],
      columns: [["Gross pay"]],
      cells: [["1200"], ["810"], ["450.10"], [null]],
    },
    {
      source: "satisfied",
      title: "How satisfied are you, 0 to 10?",
      figures: { statistic: "histogram" },
      rows: ["How satisfied are you, 0 to 10?"],
      columns: [["0 to 2"], ["3 to 6"], ["7 to 8"], ["9 to 10"]],
      cells: [["1", "3", "6", "2"]],
    },
    {
      source: "council",
      title: "Is there a works council?",
      figures: "tally",
      rows: ["Yes", "No", "Planned"],
      columns: [["parties"]],
      cells: [["7"], ["4"], ["1"]],
    },
  ];
}

const REPORT: Report = {
  format: "web-mpc-report-1",
  title: "Pay in our trade",
  parties: 12,
  minimum: 3,
  minimum_of_cells: 3,
  groups: [
    { of: [], parties: 12, sections: sections(0) },
    { of: [["Industry", "Finance"]], parties: 6, sections: sections(55) },
    { of: [["Industry", "Health"]], includes: [["Industry", "Education"]], parties: 4, sections: sections(-40) },
    { of: [["Industry", "Manufacturing"]], parties: 2, suppressed: "fewer than 3 parties" },
  ],
};

export function fakeAnalyst(form: Form | null, scene: string): AnalystApi {
  const view = (): AnalystView => ({
    computation: computation(form, {
      phase: scene === "frozen" ? "frozen" : scene === "revealed" ? "revealed" : "open",
      access: scene === "open" ? "open" : "invited",
      invitations: scene === "open" ? null : 6,
      tracking: "labels",
      publication: "parties",
      minParties: 5,
      minCohort: form ? 3 : null,
    }),
    previous: null,
    hasResult: scene === "revealed",
  });
  const outcome: Outcome = {
    computation: view().computation,
    parties: 12,
    rejected: [{ reason: "proof_rejected", describe: "the analyst found the proof of validity wrong", count: 1 }],
    invitations: { made: 12, revoked: 1, used: 12, withdrawn: 0, takeovers: 1, ...(scene === "near" && { near_round: 1 }) },
    result: scene === "ended" ? { ended: [{ too_few_accepted: { accepted: 3, minimum: 5 } }] } : form ? { form: REPORT } : { sum: "170141183460469231731" },
    caveat: null,
  };
  const file = { name: "keys.json", type: "application/json", bytes: new Uint8Array([123, 125]) };
  const words = "amber river stone little garden post";
  const api: Partial<AnalystApi> = {
    newKeys: async () => ({ keyId: "k", words }),
    async openKeys(_, passphrase) {
      if (scene === "passphrase" && passphrase === undefined) {
        throw failure("passphrase_needed");
      }
      if (scene === "passphrase") {
        throw failure("passphrase_wrong");
      }
      if (scene === "nokeys") {
        throw failure("keys_unusable");
      }
      return { keyId: "k", words };
    },
    backup: async () => file,
    prove: async (bytes) => bytes.length === 2,
    keepJournalAt: async () => {},
    forgetKeys: async () => {},
    async list(_, live) {
      if (scene === "dead") {
        live?.tell?.({ waiting: "server" });
        return never;
      }
      return scene === "none"
        ? []
        : [
            { name: "wages", round: 1, fingerprint: "f", phase: "open", parties: 4 },
            { name: "spending", round: 3, fingerprint: "g", phase: "revealed", parties: 41 },
          ];
    },
    create: async () => view(),
    open: async () => view(),
    async watch(live) {
      const status: Status = { phase: view().computation.phase, parties: scene === "few" ? 3 : 5 };
      status.tracked = { at: 1_795_000_000, cohorts: form ? [3, 2, 0] : null, used: LABELS.slice(0, 3), nearRound: scene === "near" ? 1 : null };
      live.tell?.(status);
      return new Promise((_, reject) => live.signal?.addEventListener("abort", () => reject(failure("cancelled"))));
    },
    invite: async () => links(),
    links: async () => (scene === "uninvited" ? [] : links()),
    openLink: async () => links()[0]?.url.replace(/\.[^.]*$/, "") ?? "",
    linksFile: async () => file,
    revoke: async () => view(),
    pause: async () => view(),
    close: async () => view(),
    async reveal(live) {
      live?.tell?.({ step: "freezing" });
      live?.tell?.({ step: "verifying" });
      live?.tell?.({ done: 5, of: 12 });
      return scene === "slow" ? never : outcome;
    },
    result: async () => outcome,
    publish: async () => {},
    resultFile: async () => file,
  };
  return api as AnalystApi;
}
