import type { ProviderErrorFields, ProviderErrorKind } from './provider-error-fields.js';

const brand = Symbol.for('parley.error.api');

/** What an `APIError` is made from; `message` is passed on its own. */
export interface APIErrorOptions extends Omit<ProviderErrorFields, 'message'> {
  readonly cause?: unknown;
}

/** What a subclass fills in by itself may be left out. */
type SubclassOptions = Omit<APIErrorOptions, 'kind' | 'retryable'> & { readonly retryable?: boolean };

/**
 * A call to a provider failed. Tell cases apart by `kind` and `vendorCode`, never by the message.
 *
 * The message says what failed and with what value; it never holds a key, a header or a caller's words.
 */
export class APIError extends Error implements ProviderErrorFields {
  override readonly name: string = 'APIError';
  readonly [brand] = true;
  readonly kind: ProviderErrorKind;
  readonly provider: string;
  readonly retryable: boolean;
  // Declared only: what is not known is absent, not undefined.
  declare readonly status?: number;
  declare readonly vendorCode?: string;
  declare readonly requestId?: string;
  declare readonly retryAfterMs?: number;

  constructor(message: string, options: APIErrorOptions) {
    super(`${options.provider}: ${message}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = options.kind;
    this.provider = options.provider;
    this.retryable = options.retryable;
    if (options.status !== undefined) this.status = options.status;
    if (options.vendorCode !== undefined) this.vendorCode = options.vendorCode;
    if (options.requestId !== undefined) this.requestId = options.requestId;
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
  }
}

/** No connection, or one that broke. Retryable. */
export class APIConnectionError extends APIError {
  override readonly name: string = 'APIConnectionError';

  constructor(message: string, options: SubclassOptions) {
    super(message, { retryable: true, ...options, kind: 'connection' });
  }
}

/** A deadline passed. Retryable. */
export class APITimeoutError extends APIError {
  override readonly name: string = 'APITimeoutError';

  constructor(message: string, options: SubclassOptions) {
    super(message, { retryable: true, ...options, kind: 'timeout' });
  }
}

/**
 * The vendor answered with an error status. 401 and 403 are of kind `authentication`; 408, 409, 425, 429 and 5xx are retryable.
 *
 * @see RFC 9110 section 15 and RFC 6585 section 4 for the meanings of the codes.
 */
export class APIStatusError extends APIError {
  override readonly name: string = 'APIStatusError';

  constructor(message: string, options: SubclassOptions & { readonly status: number }) {
    const { status } = options;
    super(message, {
      retryable: status >= 500 || [408, 409, 425, 429].includes(status),
      ...options,
      kind: status === 401 || status === 403 ? 'authentication' : 'status',
    });
  }
}

/** Holds for errors of another installed copy too, where `instanceof` would not. */
export const isAPIError = (error: unknown): error is APIError => typeof error === 'object' && error !== null && brand in error;
