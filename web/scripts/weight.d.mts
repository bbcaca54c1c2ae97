type Page = "index.html" | "analyst.html";
type Language = "en" | "de";
export const BUDGETS: Record<Page, number>;
export const LANGUAGES: Language[];
export function loaded(dist: string, page: Page, language: Language): Promise<Map<string, number>>;
export function total(files: Map<string, number>): number;
