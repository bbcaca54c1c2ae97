export const BUDGETS: Record<"index.html" | "analyst.html", number>;
export function loaded(dist: string, page: keyof typeof BUDGETS): Promise<Map<string, number>>;
export function total(files: Map<string, number>): number;
