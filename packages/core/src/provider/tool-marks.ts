/**
 * What becomes of a call while another one of the same tool with the same arguments still runs: it runs too; it is refused; it runs once
 * the model says that it means it; or it takes the place of the other, which is cancelled.
 */
export type OnDuplicate = 'allow' | 'reject' | 'confirm' | 'replace';

/** How a tool wants to be treated. */
export interface ToolMarks {
  /** Doing it twice does harm: it is never tried again by itself. */
  readonly irreversible?: boolean | undefined;
  /** An interruption does not abort it: it runs to its end. */
  readonly uninterruptible?: boolean | undefined;
  /** After a retryable failure up to two further tries, 100 and 500 ms later. Default true; of a toolset's tool false. */
  readonly autoRetry?: boolean | undefined;
  /** The turn does not wait for it: the model reads that it was started, and answers; its result is told by a reply of its own. */
  readonly background?: boolean | undefined;
  /** What a call does while another one of this tool with the same arguments still runs. Default `allow`. */
  readonly onDuplicate?: OnDuplicate | undefined;
  /** It is not offered to replies that are made in the agent's `onEnter`. */
  readonly hideOnEnter?: boolean | undefined;
  /** Longest time that it may take, in milliseconds, retries included; then it is aborted, and the model told. Default: none. */
  readonly timeoutMs?: number | null | undefined;
}
