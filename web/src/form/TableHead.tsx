import type { Column } from "../core/api";
import { headers } from "./model";

/** The nested headers above the cells of a table, with an empty corner above its rows. */
export function TableHead({ columns }: { columns: Column[] }) {
  return (
    <thead>
      {headers(columns).map((row, level, all) => (
        <tr key={level}>
          {level === 0 && <td rowSpan={all.length} />}
          {row.map(({ title, colSpan, rowSpan }, index) => (
            <th
              key={index}
              scope={colSpan > 1 ? "colgroup" : "col"}
              colSpan={colSpan > 1 ? colSpan : undefined}
              rowSpan={rowSpan > 1 ? rowSpan : undefined}
            >
              {title}
            </th>
          ))}
        </tr>
      ))}
    </thead>
  );
}
