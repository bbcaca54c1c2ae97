import type { Computation, Failure, Form } from "../../src/core/api";

export function failure(code: string, more: Partial<Failure> = {}): Failure {
  return Object.assign(new Error(`it failed with ${code}`), {
    name: "Failure" as const,
    code,
    passing: false,
    ...more,
  });
}

export function computation(form: Form | null, more: Partial<Computation> = {}): Computation {
  return {
    name: "wages",
    round: 1,
    fingerprint: "_F_qNJXcEruPOalTF_h7qK9tW9LAuJnuFna-0HmlPWQ",
    words: "wisdom young minor close scorpion fruit",
    analyst: { keyId: "WojeW-3uH3t7xBel2MkiJ2dQdfsh7TUdB0jUoiNbnCU", words: "amber river stone little garden post" },
    server: { keyId: "x", words: "orbit merge tunnel seven candy lava", url: "ws://127.0.0.1:8080" },
    kind: form
      ? { form }
      : { sum: { modulus: "170141183460469231731687303715884105727", signed: false, min: "0", max: "18446744073709551615" } },
    formVersion: form ? "1" : null,
    minParties: form ? 5 : 3,
    maxParties: 1000,
    minCohort: form?.cohorts?.length ? 5 : null,
    minCell: null,
    maxRejected: null,
    access: "open",
    tracking: "count",
    timeGrain: 3600,
    publication: "none",
    phase: "open",
    opensAt: null,
    closesAt: null,
    invitations: null,
    caveat: null,
    ...more,
  };
}

