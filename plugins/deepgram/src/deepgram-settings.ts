/** For all that is made of one `createDeepgram`. */
export interface DeepgramSettings {
  /** Default: the environment variable `DEEPGRAM_API_KEY`, read at each call. */
  readonly apiKey?: string | undefined;
  /** Without a path; `http`, `https`, `ws` or `wss`. Default `https://api.deepgram.com`; in the European Union `https://api.eu.deepgram.com`. */
  readonly baseUrl?: string | undefined;
}

/** For `nova-3` and its kin, and for Flux where it does not say otherwise. */
export interface DeepgramSTTOptions {
  /** BCP 47. A call may ask for another. */
  readonly language?: string | undefined;
  /** Words and names that will come up; those of a call take their place. */
  readonly keyterms?: readonly string[] | undefined;
  /** Write numbers in digits. Default false. */
  readonly numerals?: boolean | undefined;
  /** Default false. */
  readonly profanityFilter?: boolean | undefined;
  /** For the usage reports of the vendor's console. */
  readonly tags?: readonly string[] | undefined;
  /** The vendor may not train its models with this audio; that can cost more. Default false. */
  readonly optOutOfModelImprovement?: boolean | undefined;
  /** Tell speakers apart, by numbers. Not with Flux. Default false. */
  readonly speakers?: boolean | undefined;
  /** So long a pause makes what was said final. Not with Flux. Default 25; where several languages may come 100. */
  readonly endpointingMs?: number | undefined;
  /** Speech has ended when no word came for so long, though it is not silent; from 1,000 on. Not with Flux. Default 1,000. */
  readonly utteranceEndMs?: number | undefined;
  /** Write dates, amounts, addresses and such as one would. Not with Flux. Default false. */
  readonly smartFormat?: boolean | undefined;
  /** Write "uh" and "um" too. Not with Flux. Default false. */
  readonly fillerWords?: boolean | undefined;
  /** Flux only. From this confidence on a turn is over, 0.5 to 1. Default: the vendor's, 0.7. */
  readonly endOfTurnThreshold?: number | undefined;
  /** Flux only. From this confidence on a turn is probably over, 0.3 to 0.9; null: that is never told. Default 0.5. */
  readonly eagerEndOfTurnThreshold?: number | null | undefined;
  /** Flux only. After so much silence a turn is over whatever the confidence, 500 to 60,000. Default: the vendor's, 5,000. */
  readonly endOfTurnTimeoutMs?: number | undefined;
}

export interface DeepgramTTSOptions {
  /**
   * `websocket`: text is spoken as it comes, over connections that are kept for the next reply. `rest`: one request for each sentence.
   * Default `websocket`.
   */
  readonly transport?: 'websocket' | 'rest' | undefined;
  /** 0.7 to 1.5; not in all languages. Default 1. */
  readonly speed?: number | undefined;
  /** For the usage reports of the vendor's console; over `rest`. */
  readonly tags?: readonly string[] | undefined;
  /** The vendor may not train its models with this text; that can cost more. Default false. */
  readonly optOutOfModelImprovement?: boolean | undefined;
}
