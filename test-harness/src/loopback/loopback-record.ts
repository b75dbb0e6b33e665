/** What a loopback server saw. Times are milliseconds since it started. */
export interface LoopbackRecord {
  /** TCP connections taken: a second call that needs none shows that it is reused. */
  readonly connections: number;
  /** Of these, how many are open now. */
  readonly open: number;
  readonly requests: readonly RecordedRequest[];
  /** Messages of WebSockets, both ways, in order. */
  readonly frames: readonly RecordedFrame[];
  /** What `serve` threw: what a plugin sent was not this vendor's language, or the wire has a fault. */
  readonly failures: readonly unknown[];
}

export interface RecordedRequest {
  readonly atMs: number;
  readonly type: 'http' | 'websocket';
  readonly method: string;
  readonly path: string;
  /** As sent, with its question mark; empty if there is none. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface RecordedFrame {
  readonly atMs: number;
  readonly from: 'plugin' | 'vendor';
  readonly type: 'text' | 'binary';
  readonly sizeBytes: number;
  /** The beginning of a text, at most 2,000 characters. */
  readonly text?: string;
}

/** A record holds at most so many frames: an hour of audio in frames of 20 ms fits. */
const mostFrames = 200_000;
const mostRequests = 100_000;
const longestText = 2000;

/** Keeps the record while a server runs. */
export class LoopbackRecorder implements LoopbackRecord {
  readonly requests: RecordedRequest[] = [];
  readonly frames: RecordedFrame[] = [];
  readonly failures: unknown[] = [];
  #connections = 0;
  #open = 0;
  readonly #startedMs = performance.now();

  get connections(): number {
    return this.#connections;
  }

  get open(): number {
    return this.#open;
  }

  connected(): void {
    this.#connections += 1;
    this.#open += 1;
  }

  disconnected(): void {
    this.#open -= 1;
  }

  requested(request: Omit<RecordedRequest, 'atMs'>): void {
    if (this.requests.length < mostRequests) this.requests.push({ atMs: this.#nowMs, ...request });
  }

  framed(from: RecordedFrame['from'], frame: string | Uint8Array): void {
    if (this.frames.length >= mostFrames) return;
    const isText = typeof frame === 'string';
    const sizeBytes = isText ? Buffer.byteLength(frame) : frame.byteLength;
    this.frames.push({
      atMs: this.#nowMs,
      from,
      type: isText ? 'text' : 'binary',
      sizeBytes,
      ...(isText ? { text: frame.slice(0, longestText) } : {}),
    });
  }

  failed(error: unknown): void {
    this.failures.push(error);
  }

  get #nowMs(): number {
    return performance.now() - this.#startedMs;
  }
}
