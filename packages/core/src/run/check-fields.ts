import { shown } from '../agent/check-options.js';

/**
 * What a test is given in JavaScript: a field that is not known would hold for everything.
 *
 * @param owner Where it was given, for the message.
 * @throws {TypeError} It is no object, or has a field that is not known: names it.
 */
export function checkFields(owner: string, given: unknown, known: readonly string[]): void {
  if (typeof given !== 'object' || given === null) throw new TypeError(`${owner}: was given ${shown(given)}; it must be an object`);
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new TypeError(`${owner}: there is no field "${unknown}"; known are ${known.join(', ')}`);
}
