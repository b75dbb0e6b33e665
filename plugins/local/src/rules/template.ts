/** Names in braces of a text such as `See you on {day}.`, dots included: `{output.reference}`. */
export function templateNames(template: string): string[] {
  return [...template.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? '');
}

/** Fills in what is in braces. Nothing, if one of the names has no value. */
export function fillTemplate(template: string, valueOf: (name: string) => string | undefined): string | undefined {
  const values = new Map(templateNames(template).map((name) => [name, valueOf(name)] as const));
  if ([...values.values()].includes(undefined)) return undefined;
  return template.replaceAll(/\{([^{}]*)\}/g, (_, name: string) => values.get(name) ?? '');
}
