/**
 * A tool call as a person reads it: `book_table(day: friday, size: 4)`. Arguments that are no JSON object are shown as they came.
 */
export function toolCallText(name: string, argumentsJson: string): string {
  return `${name}(${argumentsText(argumentsJson)})`;
}

function argumentsText(argumentsJson: string): string {
  const value = parse(argumentsJson);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return argumentsJson.trim();
  return Object.entries(value)
    .map(([key, argument]) => `${key}: ${typeof argument === 'string' ? argument : JSON.stringify(argument)}`)
    .join(', ');
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // An LLM may send anything, and the call's record must still be readable.
    return undefined;
  }
}
