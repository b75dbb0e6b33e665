import type { Json } from '../provider/json.js';

/**
 * A value as JSON can hold it, to be read again by `revive`: bytes, samples and addresses under a key of their own (`$bytes`, `$samples`,
 * `$url`); a key that begins with `$` by itself gets a second one. Keys are in alphabetical order, so that what is equal looks equal.
 */
export function plain(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  // JSON has no number for it, and would read as null what is then refused.
  if (typeof value === 'number') return Number.isFinite(value) ? value : 0;
  if (value instanceof Uint8Array) return { $bytes: toBase64(value) };
  if (value instanceof Int16Array) return { $samples: toBase64(value) };
  if (value instanceof URL) return { $url: value.href };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object') return plainRecord(value);
  // Functions and symbols are not data: nothing that was given as an item holds them.
  return null;
}

function plainRecord(value: object): Json {
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  const sorted = entries.toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, entry]) => [key.startsWith('$') ? `$${key}` : key, plain(entry)] as const));
}

const toBase64 = ({ buffer, byteOffset, byteLength }: Uint8Array | Int16Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');

/**
 * What `plain` made, as it was.
 *
 * @throws {TypeError} Under a key of ours stands what cannot be there; says which.
 */
export function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (!isRecord(value)) return value;
  if (typeof value['$url'] === 'string') return toUrl(value['$url']);
  if (typeof value['$bytes'] === 'string') return new Uint8Array(Buffer.from(value['$bytes'], 'base64'));
  if (typeof value['$samples'] === 'string') return toSamples(value['$samples']);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key.startsWith('$$') ? key.slice(1) : key, revive(entry)]));
}

function toUrl(text: string): URL {
  if (!URL.canParse(text)) throw new TypeError('"$url" is no address');
  return new URL(text);
}

function toSamples(text: string): Int16Array {
  const bytes = new Uint8Array(Buffer.from(text, 'base64'));
  if (bytes.length % 2 !== 0) throw new TypeError(`"$samples" holds ${bytes.length} bytes, no whole number of 16-bit samples`);
  return new Int16Array(bytes.buffer);
}

/** An object that is no list. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
