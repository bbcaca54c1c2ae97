// What an input party's pages know and do. Screens read the signals and call the functions.

import { batch, effect, signal } from "@preact/signals";

import type {
  Core,
  Failure,
  Fate,
  Kept,
  Live,
  Measurement,
  NetworkEvent,
  Outcome,
  PartyView,
  SubmitEvent,
  Submitted,
  Target,
} from "../core/api";
import { refused } from "../core/failure";
import { FormModel } from "../form/model";
import { speakOfSheets } from "../text";
import { asFailure } from "../ui/failure";
import type { Site } from "../ui/site";
import { fragmentHere, pastedLink } from "./link";

export type Screen =
  | "opening"
  | "link"
  | "failed"
  | "home"
  | "fill"
  | "review"
  | "sending"
  | "done"
  | "withdraw"
  | "forget"
  | "takeover"
  | "allow"
  | "fate";

export type Step = Extract<SubmitEvent, { step: string }>["step"];

/** Screens that the browser's own "back" leads to. */
const VISITED: ReadonlySet<Screen> = new Set(["home", "fill", "review"]);

/** After so long without a key pressed, what was typed is checked and kept. */
const PAUSE = 300;

export type PartyModel = ReturnType<typeof partyModel>;

export function partyModel(core: Core, site: Site) {
  const screen = signal<Screen>("opening");
  const view = signal<PartyView | null>(null);
  const form = signal<FormModel | null>(null);
  const failure = signal<Failure | null>(null);
  const waiting = signal<"server" | "computation" | null>(null);
  /** The link that somebody pasted, to be mended where it did not do. */
  const pasted = signal("");
  const drafted = signal(false);
  const saved = signal(false);
  const step = signal<Step | null>(null);
  const receipt = signal<Submitted | null>(null);
  const fate = signal<Fate | null>(null);
  const outcome = signal<Outcome | null>(null);
  const outcomeLater = signal(false);
  /** How often "check" was pressed in vain: each time the list of errors takes the focus. */
  const asked = signal(0);
  const filled = signal<{ said: string; undo: () => void } | null>(null);
  let stopChecking = () => {};
  let tried = "";

  const live = {
    tell: (event: NetworkEvent | SubmitEvent) => {
      waiting.value = "waiting" in event ? event.waiting : null;
    },
  };

  function show(next: Screen, replace = false): void {
    batch(() => {
      screen.value = next;
      failure.value = null;
    });
    if (VISITED.has(next)) {
      // The address stays as it is: its fragment is the invitation.
      const state = { screen: next };
      if (replace || history.state?.screen === next) {
        history.replaceState(state, "");
      } else {
        history.pushState(state, "");
      }
    }
  }

  function cameBack(event: PopStateEvent): void {
    const wanted = (event.state as { screen?: Screen } | null)?.screen;
    const idle = VISITED.has(screen.peek()) || screen.peek() === "done";
    if (wanted && idle && form.peek()) {
      screen.value = screen.peek() === "done" ? "home" : wanted;
    }
  }

  async function run(task: () => Promise<void>): Promise<void> {
    failure.value = null;
    try {
      await task();
    } catch (thrown) {
      failure.value = asFailure(thrown);
    }
  }

  function opened(next: PartyView): void {
    batch(() => {
      view.value = next;
      waiting.value = null;
      makeForm(next);
    });
    show("home", true);
  }

  function makeForm(next: PartyView): void {
    stopChecking();
    const model = new FormModel(next.computation.kind);
    for (const [id, option] of Object.entries(next.invitation?.cohorts ?? {})) {
      const place = model.cohorts.get(id);
      if (place) {
        place.value = option;
      }
    }
    form.value = model;
    stopChecking = checkOften(model);
  }

  /** Checks and keeps what is typed, a moment after each change. */
  function checkOften(model: FormModel): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let latest = 0;
    const stop = effect(() => {
      const version = model.version.value;
      saved.value = false;
      clearTimeout(timer);
      if (version === 0) {
        return;
      }
      timer = setTimeout(() => {
        latest = version;
        const measurement = model.measurement();
        void core.party.check(measurement).then((checked) => {
          if (latest === version) {
            model.judged(checked);
          }
        });
        void keepDraft(model, measurement);
      }, PAUSE);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }

  async function keepDraft(model: FormModel, measurement: Measurement): Promise<void> {
    const of = view.peek()?.shelf;
    if (of && screen.peek() === "fill") {
      await (model.isEmpty() ? core.drafts.remove(of) : core.drafts.save(of, measurement));
      saved.value = !model.isEmpty();
    }
  }

  function target(link: string): Target {
    return { link };
  }

  async function open(link: string): Promise<void> {
    tried = link;
    screen.value = "opening";
    await run(async () => {
      const next = await core.party.open(target(link), live);
      if (lacksInvitation(next)) {
        throw refused("invitation_required", "the link has no invitation in it");
      }
      opened(next);
    });
    if (failure.peek()) {
      screen.value = "failed";
      return;
    }
    // What was pasted is found again when the page is loaded again, as if it had been followed.
    const fragment = fragmentHere(link, location.href);
    if (fragment !== null && fragment !== location.hash) {
      history.replaceState(history.state, "", fragment);
    }
  }

  async function openPasted(text: string): Promise<void> {
    pasted.value = text;
    await open(pastedLink(text));
  }

  async function begin(): Promise<void> {
    const [model, now] = [form.peek(), view.peek()];
    if (!model || !now) {
      return;
    }
    const draft = model.isEmpty() ? await core.drafts.load(now.shelf) : null;
    drafted.value = draft !== null;
    if (draft) {
      model.fill(draft);
      refix(model, now);
    }
    show("fill");
  }

  function refix(model: FormModel, now: PartyView): void {
    for (const [id, option] of Object.entries(now.invitation?.cohorts ?? {})) {
      const place = model.cohorts.get(id);
      if (place) {
        place.value = option;
      }
    }
  }

  async function dropDraft(): Promise<void> {
    const now = view.peek();
    if (now) {
      await core.drafts.remove(now.shelf);
      drafted.value = false;
      makeForm(now);
    }
  }

  async function fillFromFile(name: string, bytes: Uint8Array, said: (cells: number) => string) {
    const [model, now] = [form.peek(), view.peek()];
    if (!model || !now || !("form" in model.kind)) {
      return;
    }
    const declared = model.kind.form;
    filled.value = null;
    await run(async () => {
      const [answers] = await Promise.all([core.forms.read(declared, name, bytes), speakOfSheets()]);
      const before = model.measurement();
      const cells = model.fill({ answers });
      refix(model, now);
      filled.value = {
        said: said(cells),
        undo: () => {
          model.fill(before);
          filled.value = null;
        },
      };
    });
  }

  async function review(): Promise<void> {
    const model = form.peek();
    if (!model) {
      return;
    }
    await run(async () => {
      const checked = await core.party.check(model.measurement());
      batch(() => {
        model.judged(checked);
        model.tried.value = true;
        filled.value = null;
      });
      if (checked.errors.length === 0) {
        show("review");
      } else {
        asked.value += 1;
      }
    });
  }

  async function sending(send: (live: Live<SubmitEvent>) => Promise<Submitted>): Promise<void> {
    batch(() => {
      step.value = null;
      show("sending");
    });
    const told: Live<SubmitEvent> = {
      tell: (event) => {
        if ("step" in event) {
          step.value = event.step;
          waiting.value = null;
        } else {
          live.tell(event);
        }
      },
    };
    await run(async () => {
      const submitted = await send(told);
      stored(submitted);
    });
    const failed = failure.peek();
    waiting.value = null;
    if (failed) {
      keep(await core.party.kept());
    }
    if (failed?.code === "invitation_in_use" || failed?.code === "takeover_waiting") {
      screen.value = "takeover";
    }
  }

  function stored(submitted: Submitted): void {
    const now = view.peek();
    if (!now) {
      return;
    }
    void core.drafts.remove(now.shelf);
    batch(() => {
      receipt.value = submitted;
      view.value = { ...now, kept: submitted.kept };
      // What was typed is not kept: the next version begins empty.
      makeForm({ ...now, kept: submitted.kept });
      drafted.value = false;
      show("done");
    });
  }

  const send = () =>
    sending((told) => core.party.submit(form.peek()?.measurement() ?? { number: "" }, told));
  const resume = () => sending((told) => core.party.resume(told));

  async function takeOver(release: string | null): Promise<void> {
    const [model, kept] = [form.peek(), view.peek()?.kept];
    const measurement = model && !model.isEmpty() ? model.measurement() : null;
    if (!measurement && kept?.state !== "pending" && (!kept || kept.receipt)) {
      // What was sealed with a key that was replaced is of no use to another one.
      await begin();
      return;
    }
    await sending((told) => core.party.takeOver(measurement, release, told));
  }

  async function withdraw(): Promise<void> {
    await run(async () => {
      const { kept } = await core.party.withdraw(live);
      keep(kept);
      show("home");
    });
  }

  function keep(kept: Kept | null): void {
    const now = view.peek();
    if (now) {
      view.value = { ...now, kept };
    }
  }

  async function forget(): Promise<void> {
    await run(async () => {
      await core.party.forget();
      keep(null);
      show("home");
    });
  }

  async function verify(): Promise<void> {
    show("fate");
    await run(async () => {
      fate.value = null;
      fate.value = await core.party.verify(live);
    });
  }

  async function loadOutcome(): Promise<void> {
    try {
      outcome.value = await core.party.result(live);
    } catch {
      outcomeLater.value = true;
    }
  }

  async function importReceipt(bytes: Uint8Array): Promise<void> {
    await run(async () => opened(await core.party.importReceipt(bytes, live)));
  }

  return {
    core,
    site,
    screen,
    view,
    form,
    failure,
    waiting,
    pasted,
    drafted,
    saved,
    step,
    receipt,
    fate,
    outcome,
    outcomeLater,
    asked,
    filled,
    show,
    cameBack,
    run,
    open,
    openPasted,
    openAgain: () => open(tried),
    begin,
    dropDraft,
    fillFromFile,
    review,
    send,
    resume,
    takeOver,
    withdraw,
    forget,
    verify,
    loadOutcome,
    importReceipt,
  };
}

/** Whether a link lost its last part: with what is left of it nobody can take part. */
function lacksInvitation(view: PartyView): boolean {
  const { computation, invitation, kept } = view;
  return computation.access === "invited" && !invitation && !kept && standing(view) === "open";
}

export type Standing = "open" | "early" | "paused" | "closed" | "frozen" | "revealed" | "ended" | "purged";

/** How a computation stands for a party, dates taken into account. */
export function standing({ computation }: PartyView, now = Date.now() / 1000): Standing {
  const { phase, opensAt, closesAt } = computation;
  if (phase !== "open") {
    return phase;
  }
  if (opensAt !== null && now < opensAt) {
    return "early";
  }
  return closesAt !== null && now >= closesAt ? "closed" : "open";
}
