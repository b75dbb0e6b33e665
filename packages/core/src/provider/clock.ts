/** The only source of time in core, plugins and kit. Real or virtual. */
export interface Clock {
  /** Monotonic. */
  now(): number;
  /** Wall time, for time stamps only. */
  date(): Date;
  /** Calls back once, at or after the delay; the returned function cancels. */
  after(delayMs: number, callback: () => void): () => void;
}
