/** A text that may come from elsewhere, without these secrets, and no longer than 300 characters: for messages of errors. */
export function redact(text: string, secrets: readonly string[]): string {
  const kept = secrets.filter((secret) => secret !== '').reduce((safe, secret) => safe.replaceAll(secret, '[redacted]'), text);
  return kept.length > longest ? `${kept.slice(0, longest)}…` : kept;
}

const longest = 300;
