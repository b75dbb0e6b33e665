import { protocolError } from './deepgram-error.js';

/** A message of the vendor's whose fields are not looked at yet. */
export interface VendorMessage {
  readonly type: string;
}

/** @throws {APIError} It is no JSON: what it would have said is lost. What has no type is nothing that is known, and undefined. */
export function readMessage(text: string): VendorMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw protocolError('the vendor sent what is no JSON');
  }
  return hasType(value) ? value : undefined;
}

const hasType = (value: unknown): value is VendorMessage =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** The code of an error or a warning, which has had several names; nothing that could be a sentence. */
export function codeOf(message: object): string | undefined {
  for (const name of ['code', 'err_code', 'warn_code', 'variant']) {
    const value: unknown = Reflect.get(message, name);
    if (typeof value === 'string' && /^[\w.-]{1,64}$/.test(value)) return value;
  }
  return undefined;
}

export const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/** 0 to 1: what is not is none. */
export const isConfidence = (value: unknown): value is number => isNumber(value) && value >= 0 && value <= 1;

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
