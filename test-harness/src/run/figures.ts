/** What a rule measured, by names that end in their unit: `addedP50Ms`. */
export type Figures = Readonly<Record<string, number>>;
