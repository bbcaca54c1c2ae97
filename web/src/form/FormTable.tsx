// A table of inputs: arrow keys and Enter move between cells, cells of a spreadsheet can be pasted.

import { useComputed, useSignal, type Signal } from "@preact/signals";
import { useMemo } from "preact/hooks";

import type { NumberCell, Table } from "../core/api";
import { figure, text } from "../text";
import { useOwnId } from "../ui/id";
import { cellOf, cellPlace, elementId, leaves, type FormModel } from "./model";
import { cellsOf, spread } from "./paste";
import { TableHead } from "./TableHead";

interface FormTableProps {
  model: FormModel;
  table: Table;
  onPaste: (filled: number, beyond: number, undo: () => void) => void;
}

export function FormTable({ model, table, onPaste }: FormTableProps) {
  const grid = model.tables.get(table.id) ?? [];
  const paths = useMemo(() => leaves(table.columns), [table]);
  const at = useSignal<[number, number] | null>(null);
  const paste = (event: ClipboardEvent, row: number, column: number) => {
    const cells = cellsOf(event.clipboardData?.getData("text/plain") ?? "");
    if (!cells) {
      return;
    }
    event.preventDefault();
    const before = model.measurement();
    const { filled, beyond } = spread(cells, grid, row, column);
    model.changed();
    onPaste(filled, beyond, () => model.fill(before));
  };
  const id = useOwnId();
  return (
    <>
      <p class="soft small" id={id}>
        {takes(table.cell)}
      </p>
      <div class="grid-frame" tabIndex={-1}>
        <table class="grid" aria-describedby={id} onKeyDown={move}>
          <caption class="unseen">{table.title}</caption>
          <TableHead columns={table.columns} />
          <tbody>
            {table.rows.map((title, row) => (
              <tr key={row}>
                <th scope="row">{title}</th>
                {paths.map((path, column) => (
                  <Cell
                    key={column}
                    model={model}
                    place={cellPlace(table, row, column)}
                    value={grid[row]?.[column]}
                    label={[title, ...path].join(", ")}
                    short={path.join(", ")}
                    onFocus={() => {
                      at.value = [row, column];
                    }}
                    onPaste={(event) => paste(event, row, column)}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Note model={model} table={table} paths={paths} at={at} />
    </>
  );
}

interface CellProps {
  model: FormModel;
  place: string;
  value: Signal<string> | undefined;
  label: string;
  short: string;
  onFocus: () => void;
  onPaste: (event: ClipboardEvent) => void;
}

function Cell({ model, place, value, label, short, onFocus, onPaste }: CellProps) {
  // One thing to listen to for each of perhaps a thousand cells: what is said about it, and how.
  const says = useComputed(() => {
    const [error, understood] = [model.error(place), model.understood.value.get(place)];
    if (error !== undefined) {
      return `wrong ${error}`;
    }
    return model.doubts.value.has(place) ? "doubt" : understood ? `understood ${understood}` : "";
  }).value;
  const [, tone, about = ""] = /^(\w+) ?(.*)$/s.exec(says) ?? [];
  const id = elementId(place);
  const t = text.value;
  const wrong = tone === "wrong";
  const said = wrong ? t.problem(about) : tone === "doubt" ? t.form.doubt : `${t.form.understood} ${figure(about)}`;
  return (
    <td class={wrong ? (value?.peek() ? "wrong" : "missing") : tone === "doubt" ? "doubt" : undefined}>
      <span class="cell-label" aria-hidden="true">
        {short}
      </span>
      <input
        id={id}
        inputMode="decimal"
        autocomplete="off"
        aria-label={label}
        aria-invalid={wrong ? true : undefined}
        aria-describedby={tone ? `${id}-says` : undefined}
        value={value}
        onInput={(event) => {
          if (value) {
            value.value = event.currentTarget.value;
            model.changed(place);
          }
        }}
        onFocus={onFocus}
        onBlur={() => {
          if (value?.peek()) {
            model.leave(place);
          }
        }}
        onPaste={onPaste}
      />
      {tone && (
        <span id={`${id}-says`} class={`cell-${tone}`}>
          {said}
        </span>
      )}
    </td>
  );
}

interface NoteProps {
  model: FormModel;
  table: Table;
  paths: string[][];
  at: Signal<[number, number] | null>;
}

/** One line about the cell that has the focus: what it is, what it takes, what is wrong with it. */
function Note({ model, table, paths, at }: NoteProps) {
  const t = text.value;
  if (!at.value) {
    return <p class="grid-note" />;
  }
  const [row, column] = at.value;
  const place = cellPlace(table, row, column);
  const error = model.error(place);
  const doubt = model.doubts.value.get(place);
  const understood = model.understood.value.get(place);
  return (
    <p class="grid-note">
      {[table.rows[row], ...(paths[column] ?? [])].join(", ")}
      {": "}
      {error ? (
        <span class="wrong">{t.problem(error)}</span>
      ) : doubt ? (
        <span class="doubt">{t.form.doubt}</span>
      ) : (
        takes(cellOf(table, row, column))
      )}
      {understood && (
        <span class="understood">
          {" "}
          · {t.form.understood} <span class="figure">{figure(understood)}</span>
        </span>
      )}
    </p>
  );
}

/** What a number may be, in one line; without its unit where that stands beside it. */
export function takes(cell: NumberCell, besideUnit = false): string {
  const t = text.value;
  const parts = [
    cell.hint,
    !besideUnit && cell.unit && t.inUnit(cell.unit),
    t.range(figure(cell.min), figure(cell.max)),
    cell.decimals ? t.decimals(cell.decimals) : "",
    cell.optional ? t.optional : "",
  ];
  return parts.filter(Boolean).join(", ");
}

/** Up, down and Enter always; left and right where the text ends. */
function move(event: KeyboardEvent): void {
  const input = event.target;
  if (!(input instanceof HTMLInputElement) || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  const cell = input.closest("td");
  const row = cell?.closest("tr");
  const start = input.selectionStart === 0 && input.selectionEnd === 0;
  const end = input.selectionStart === input.value.length && input.selectionEnd === input.value.length;
  const all = input.selectionStart === 0 && input.selectionEnd === input.value.length;
  let to: Element | null | undefined = null;
  switch (event.key) {
    case "ArrowUp":
      to = row?.previousElementSibling?.children[cell?.cellIndex ?? 0];
      break;
    case "ArrowDown":
    case "Enter":
      to = row?.nextElementSibling?.children[cell?.cellIndex ?? 0];
      break;
    case "ArrowLeft":
      to = start || all ? cell?.previousElementSibling : null;
      break;
    case "ArrowRight":
      to = end || all ? cell?.nextElementSibling : null;
      break;
    default:
      return;
  }
  if (event.key === "Enter") {
    // A form that is sent by Enter in a table is sent by accident.
    event.preventDefault();
  }
  const next = to?.querySelector("input");
  if (next) {
    event.preventDefault();
    next.focus();
    next.select();
  }
}
