// A core without network and cryptography, for work on the pages and for pictures of their states.
// It is never part of what is served, and the end-to-end tests do not use it.

import type {
  Answers,
  Checked,
  Computation,
  Core,
  Form,
  Measurement,
  PartyView,
  Problem,
} from "../../src/core/api";
import { fakeAnalyst } from "./analyst";
import { computation, failure } from "./made";

export interface Scene {
  view?: Partial<Computation>;
  kept?: PartyView["kept"];
  pinned?: boolean;
  cohorts?: Record<string, string>;
  fails?: string;
  /** The step at which sending stops. */
  stuckAt?: string;
  waiting?: boolean;
  fate?: Awaited<ReturnType<Core["party"]["verify"]>>;
  analyst?: string;
}

const never = new Promise<never>(() => {});

const receipt = {
  sequence: 1,
  digest: "7Qk2 m9Xa",
  submissionHash: "7Qk2m9XaLq0",
  invitations: 12,
  at: 1_795_000_000,
};

export const finished: NonNullable<PartyView["kept"]> = { state: "finished", sequence: 1, receipt };

/** A shadow of what Rust checks: enough to see the states. */
function check(form: Form | null, measurement: Measurement): Checked {
  const errors: Problem[] = [];
  const warnings: Problem[] = [];
  const understood: Record<string, string> = {};
  const number = (place: string, text: string, min: number, max: number, optional: boolean, warn?: number) => {
    const plain = text.trim().replaceAll(",", "");
    if (plain === "") {
      if (!optional) {
        errors.push({ place, problem: "is empty, and must not be" });
      }
    } else if (!/^-?\d+(\.\d+)?$/.test(plain)) {
      errors.push({ place, problem: "is not a number in digits, such as 5000" });
    } else if (Number(plain) < min || Number(plain) > max) {
      errors.push({ place, problem: `must be from ${min} to ${max}` });
    } else {
      if (plain !== text) {
        understood[place] = plain;
      }
      if (warn !== undefined && Number(plain) > warn) {
        warnings.push({ place, problem: "is unusually large" });
      }
    }
  };
  if ("number" in measurement || !form) {
    number("/number", "number" in measurement ? measurement.number : "", 0, 1e18, false);
    return { errors, warnings, understood };
  }
  const { cohorts = {}, tables = {}, questions = {} }: Answers = measurement.answers;
  for (const { id } of form.cohorts ?? []) {
    if (!cohorts[id]) {
      errors.push({ place: `/cohorts/${id}`, problem: "is empty, and must not be" });
    }
  }
  for (const table of form.tables ?? []) {
    for (const [row, cells] of (tables[table.id] ?? []).entries()) {
      for (const [column, cell] of cells.entries()) {
        const place = `/tables/${table.id}/${row}/${column}`;
        const warn = table.cell.warn_above;
        number(place, cell ?? "", Number(table.cell.min), Number(table.cell.max), table.cell.optional ?? false, warn === undefined ? undefined : Number(warn));
      }
    }
  }
  for (const { id, answer } of form.questions ?? []) {
    const given = questions[id] ?? "";
    const place = `/questions/${id}`;
    if ("number" in answer) {
      number(place, String(given), Number(answer.number.min), Number(answer.number.max), answer.number.optional ?? false);
    } else if ("choice" in answer && !answer.choice.optional && given === "") {
      errors.push({ place, problem: "is empty, and must not be" });
    }
  }
  return { errors, warnings, understood };
}

export function fakeCore(form: Form | null, scene: Scene): Core {
  const drafts = new Map<string, Measurement>();
  const view = (): PartyView => ({
    computation: computation(form, scene.view),
    pinned: scene.pinned ?? true,
    invitation: scene.cohorts ? { cohorts: scene.cohorts, expires: null, revoked: false } : null,
    shelf: "fingerprint",
    kept: scene.kept ?? null,
  });
  const file = { name: "receipt.json", type: "application/json", bytes: new Uint8Array([123, 125]) };
  const submitted = { kept: finished, receiptFile: file };
  return {
    party: {
      async open(_, live) {
        if (scene.waiting) {
          live?.tell?.({ waiting: "server" });
          return never;
        }
        if (scene.fails) {
          throw failure(scene.fails);
        }
        return view();
      },
      check: async (measurement) => check(form, measurement),
      async submit(_, live) {
        for (const step of ["proving", "sealed", "kept", "sent", "confirmed"] as const) {
          live?.tell?.({ step });
          await new Promise((resolve) => setTimeout(resolve, 30));
          if (scene.stuckAt === step) {
            live?.tell?.({ waiting: "server" });
            return never;
          }
        }
        if (scene.stuckAt === "takeover") {
          throw failure("invitation_in_use");
        }
        return submitted;
      },
      resume: async () => submitted,
      withdraw: async () => ({ kept: { ...finished, state: "withdrawn" }, receiptFile: file }),
      takeOver: async () => {
        throw failure("takeover_waiting", { need: 80_000 });
      },
      release: async () => "Zm9yIHRoZSBuZXcgZGV2aWNl",
      takeOverRequest: async () => "bmV3IGRldmljZSBrZXk",
      async verify() {
        return scene.fate ?? { fate: "counted", invitations: 12, parties: 12, takeovers: 0, nearRound: null };
      },
      async result() {
        throw failure("not_published");
      },
      kept: async () => null,
      receiptFile: async () => file,
      importReceipt: async () => {
        throw failure("receipt_unusable");
      },
      forget: async () => {},
    },
    analyst: fakeAnalyst(form, scene.analyst ?? ""),
    forms: {
      parse: async (json) => JSON.parse(json) as Form,
      inspect: async (of) => ({
        errors: of.title === "" ? [{ place: "/title", problem: "must not be empty" }] : [],
        minParties: 3,
        minCohort: 3,
        minCell: 3,
        cells: 12,
        caveat: null,
      }),
      template: async () => file,
      async read(of, name) {
        if (name.includes("bad")) {
          throw failure("spreadsheet_invalid", {
            problems: [
              { place: "Women!C7", problem: "is not a number in digits, such as 5000" },
              { place: "Women!D9", problem: "must be from 0 to 5000" },
            ],
          });
        }
        const tables = Object.fromEntries(
          (of.tables ?? []).map((table) => [table.id, table.rows.map((_, row) => ["1", String(row), "3", "4"])]),
        );
        return { tables };
      },
    },
    drafts: {
      save: async (of, measurement) => void drafts.set(of, measurement),
      load: async (of) => drafts.get(of) ?? null,
      remove: async (of) => void drafts.delete(of),
    },
  };
}
