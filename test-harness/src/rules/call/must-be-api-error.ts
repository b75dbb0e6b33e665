import { type APIError, isAPIError, type ProviderErrorKind } from '@parley/core/provider';
import { mustHold, shown, Violation } from '../violation.js';

export interface WantedError {
  /** Any of these. */
  readonly kinds?: readonly ProviderErrorKind[];
  readonly retryable?: boolean;
}

const allKinds: readonly ProviderErrorKind[] = [
  'authentication',
  'connection',
  'timeout',
  'status',
  'protocol',
  'expired',
  'unsupported',
  'invalid-request',
];

/** @param what A noun, for the message: `status 401`. @throws {Violation} It is no error of the contract, or not the one that is wanted. */
export function mustBeAPIError(error: unknown, what: string, { kinds = allKinds, retryable }: WantedError = {}): APIError {
  if (!isAPI(error)) throw new Violation(`${what}: must fail with an APIError, and failed with ${shown(error)}`);
  mustHold(
    kinds.includes(error.kind),
    `${what}: the error's kind must be ${kinds.join(' or ')}, and is ${shown(error.kind)} (${error.message})`,
  );
  mustHold(
    typeof error.retryable === 'boolean' && (retryable === undefined || error.retryable === retryable),
    `${what}: the error must ${retryable === false ? 'not be' : 'be'} retryable (${error.kind}: ${error.message})`,
  );
  return error;
}

const isAPI = (error: unknown): error is APIError => isAPIError(error);
