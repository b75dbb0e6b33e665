import { APIError, isAPIError } from '../provider/api-error.js';
import { NoStreamError } from './read-until-abort.js';

/** A provider did what its contract rules out; the message names both. Trying again may help: most such faults are of one response. */
export const contractFault = (provider: string, rule: string): APIError =>
  new APIError(`broke its contract: ${rule}`, { kind: 'protocol', provider, retryable: true });

/** What was thrown, as an error: a provider that throws anything else has broken its contract by that too. */
export function asFailure(thrown: unknown, provider: string): unknown {
  if (thrown instanceof NoStreamError) return contractFault(provider, 'gave something that is no stream of events');
  if (thrown instanceof Error || isAPIError(thrown)) return thrown;
  return contractFault(provider, `threw a value of type ${typeof thrown}, which is no error`);
}

/** Tells of the rules that one call of a provider breaks: of each once, however often it is broken. */
export class ContractFaults {
  readonly #provider: string;
  readonly #onFault: (fault: APIError) => void;
  /** Only who breaks a rule costs anything. */
  #told: Set<string> | undefined;

  constructor(provider: string, onFault: (fault: APIError) => void) {
    this.#provider = provider;
    this.#onFault = onFault;
  }

  /** @param rule One of a few fixed texts: what was done, and holds nothing of what was said. */
  tell(rule: string): void {
    this.#told ??= new Set();
    if (this.#told.has(rule)) return;
    this.#told.add(rule);
    this.#onFault(contractFault(this.#provider, rule));
  }
}
