import { protocolError } from './reference-error.js';

/** The fields of a message of the invented vendor. */
export interface Fields {
  /** @throws {APIError} kind `protocol`: it is no text. */
  text(name: string): string;
  /** @throws {APIError} kind `protocol`: it is no number. */
  number(name: string): number;
  /** Undefined if it is not there. */
  optional(name: string): string | undefined;
  list(name: string): readonly Fields[];
}

/** @throws {APIError} kind `protocol`: it is no object in JSON. */
export function readFields(json: string): Fields {
  return fieldsOf(parse(json));
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw protocolError('the vendor sent what is no JSON');
  }
}

function fieldsOf(value: unknown): Fields {
  if (typeof value !== 'object' || value === null) throw protocolError('the vendor sent what is no object');
  const read = (name: string): unknown => Reflect.get(value, name);
  return {
    text(name) {
      const field = read(name);
      if (typeof field !== 'string') throw protocolError(`the vendor sent a message whose "${name}" is no text`);
      return field;
    },
    number(name) {
      const field = read(name);
      if (typeof field !== 'number') throw protocolError(`the vendor sent a message whose "${name}" is no number`);
      return field;
    },
    optional(name) {
      const field = read(name);
      return typeof field === 'string' ? field : undefined;
    },
    list(name) {
      const field = read(name);
      return Array.isArray(field) ? field.map(fieldsOf) : [];
    },
  };
}
