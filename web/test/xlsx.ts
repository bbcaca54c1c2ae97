// Fills in the empty spreadsheet that the page hands out, as a spreadsheet program would.

import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";

import type { Answers, Form } from "../src/core/api";

interface Part {
  name: string;
  bytes: Buffer;
}

export function filled(template: Buffer, form: Form, answers: Answers): Buffer {
  const parts = unzip(template);
  const text = (name: string) => parts.find((part) => part.name === name)?.bytes.toString("utf8") ?? "";
  const sheets = [...text("xl/workbook.xml").matchAll(/<sheet name="([^"]+)" sheetId="\d+"[^>]* r:id="([^"]+)"/g)];
  const targets = new Map(
    [...text("xl/_rels/workbook.xml.rels").matchAll(/<Relationship Id="([^"]+)"[^>]* Target="([^"]+)"/g)].map(
      ([, id, target]) => [id, `xl/${target}`],
    ),
  );
  const strings = [...text("xl/sharedStrings.xml").matchAll(/<si>(.*?)<\/si>/gs)].map(([, si]) =>
    [...(si ?? "").matchAll(/<t[^>]*>([^<]*)<\/t>/g)].map(([, t]) => t).join(""),
  );
  for (const [, name = "", id] of sheets) {
    const part = parts.find((candidate) => candidate.name === targets.get(id ?? ""));
    if (!part) {
      continue;
    }
    let xml = part.bytes.toString("utf8");
    for (const { id: table, spreadsheet } of form.tables ?? []) {
      if (spreadsheet?.sheet === name) {
        xml = fillTable(xml, spreadsheet.first_cell, answers.tables?.[table] ?? []);
      }
    }
    xml = fillAnswers(xml, form, answers, strings);
    part.bytes = Buffer.from(xml, "utf8");
  }
  return zip(parts);
}

function fillTable(xml: string, first: string, rows: (string | null)[][]): string {
  const [, letters = "", line = ""] = /^([A-Z]+)(\d+)$/.exec(first) ?? [];
  const left = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
  let result = xml;
  for (const [down, row] of rows.entries()) {
    for (const [right, value] of row.entries()) {
      result = put(result, `${column(left + right)}${Number(line) + down}`, `<v>${value}</v>`, "");
    }
  }
  return result;
}

/** Groups and questions stand one below the other, what is asked to the left of its answer; where any
of several may be chosen, each option has a line of its own. */
function fillAnswers(xml: string, form: Form, answers: Answers, strings: string[]): string {
  const asked = new Map<string, string | string[]>();
  for (const { id, title } of form.cohorts ?? []) {
    asked.set(escaped(title), answers.cohorts?.[id] ?? "");
  }
  for (const { id, text } of form.questions ?? []) {
    asked.set(escaped(text), answers.questions?.[id] ?? "");
  }
  let result = xml;
  let chosen: string[] = [];
  for (const [, row, index] of xml.matchAll(/<c r="A(\d+)"[^>]* t="s"[^>]*><v>(\d+)<\/v>/g)) {
    const text = strings[Number(index)] ?? "";
    const answer = asked.get(text);
    if (Array.isArray(answer)) {
      chosen = answer.map(escaped);
    } else if (answer !== undefined) {
      chosen = [];
      const number = /^\d+$/.test(answer);
      const inner = number ? `<v>${answer}</v>` : `<is><t>${escaped(answer)}</t></is>`;
      result = put(result, `B${row}`, inner, number ? "" : ' t="inlineStr"');
    } else if (chosen.includes(text)) {
      result = put(result, `B${row}`, "<is><t>yes</t></is>", ' t="inlineStr"');
    }
  }
  return result;
}

function put(xml: string, address: string, inner: string, type: string): string {
  const empty = new RegExp(`<c r="${address}"( s="\\d+")?\\s*/>`);
  if (!empty.test(xml)) {
    throw new Error(`the template has no empty cell ${address}`);
  }
  return xml.replace(empty, `<c r="${address}"$1${type}>${inner}</c>`);
}

function column(number: number): string {
  return number > 26
    ? column(Math.floor((number - 1) / 26)) + column(((number - 1) % 26) + 1)
    : String.fromCharCode(64 + number);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function unzip(file: Buffer): Part[] {
  const end = file.lastIndexOf(Buffer.from("PK\u0005\u0006", "latin1"));
  const parts: Part[] = [];
  let at = file.readUInt32LE(end + 16);
  for (let left = file.readUInt16LE(end + 10); left > 0; left -= 1) {
    const method = file.readUInt16LE(at + 10);
    const size = file.readUInt32LE(at + 20);
    const nameLength = file.readUInt16LE(at + 28);
    const name = file.toString("utf8", at + 46, at + 46 + nameLength);
    const local = file.readUInt32LE(at + 42);
    const begin = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
    const raw = file.subarray(begin, begin + size);
    parts.push({ name, bytes: method === 0 ? Buffer.from(raw) : inflateRawSync(raw) });
    at += 46 + nameLength + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
  }
  return parts;
}

function zip(parts: Part[]): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes } of parts) {
    const packed = deflateRawSync(bytes);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(0x00210000, 6);
    fields.writeUInt32LE(crc32(bytes), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(bytes.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const head = Buffer.concat([Buffer.from("PK\u0003\u0004", "latin1"), fields, Buffer.from(name)]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    central.push(Buffer.from("PK\u0001\u0002\u0014\u0000", "latin1"), fields, tail, Buffer.from(name));
    local.push(head, packed);
    offset += head.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006", 0, "latin1");
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, directory, end]);
}

/** By address. */
export type Cells = Map<string, string | number>;

/** What stands in the cells of each sheet, in the order of the sheets. */
export function sheetsOf(file: Buffer): { name: string; cells: Cells }[] {
  const parts = unzip(file);
  const text = (name: string) => parts.find((part) => part.name === name)?.bytes.toString("utf8") ?? "";
  const strings = [...text("xl/sharedStrings.xml").matchAll(/<si>(.*?)<\/si>/gs)].map(([, si]) =>
    [...(si ?? "").matchAll(/<t[^>]*>([^<]*)<\/t>/g)].map(([, t]) => plain(t ?? "")).join(""),
  );
  const names = [...text("xl/workbook.xml").matchAll(/<sheet name="([^"]+)"/g)].map(([, name]) => plain(name ?? ""));
  return names.map((name, index) => {
    const cells: Cells = new Map();
    const found = text(`xl/worksheets/sheet${index + 1}.xml`).matchAll(/<c r="([A-Z]+\d+)"([^>]*)><v>([^<]*)<\/v>/g);
    for (const [, place = "", attributes = "", value = ""] of found) {
      cells.set(place, attributes.includes('t="s"') ? (strings[Number(value)] ?? "") : Number(value));
    }
    return { name, cells };
  });
}

function plain(xml: string): string {
  return xml.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}
