import type { AnalystApi, Form } from "../../src/core/api";

export function fakeAnalyst(_form: Form | null, _scene: string): AnalystApi {
  return {} as AnalystApi;
}
