/** How a reply went. */
export interface DeliveryResult {
  readonly playedMs: number;
  /** All of it was heard. */
  readonly complete: boolean;
  /** What was heard of the text as written. */
  readonly heardText: string;
  /** It broke off by itself: what with. */
  readonly error?: unknown;
  /** What broke, if something did. */
  readonly brokenBy?: 'tts' | 'audio-output';
}

/** When things happened, on the clock: the stages of the delay that the caller hears. */
export interface DeliveryTimes {
  firstSentenceMs?: number;
  firstAudioMs?: number;
  playoutStartedMs?: number;
  playoutEndedMs?: number;
}

/** One reply's way from text to the listener. */
export interface Delivery {
  readonly times: DeliveryTimes;
  /** Settles once the reply was heard, cut or given up. Never rejects. */
  readonly done: Promise<DeliveryResult>;
  /** The next piece of text as the LLM writes it. */
  pushText(text: string): void;
  /**
   * Whether there is room for more text; if not, a promise that settles once there is, or once nothing more is delivered. Text that was pushed
   * without room is taken all the same.
   */
  roomForText(): Promise<void> | undefined;
  /** The text so far is spoken without waiting for the rest of its sentence. */
  flushText(): void;
  endText(): void;
  /** The turn is decided: work that costs money may begin. */
  begin(): void;
  /** It has the floor: it may be heard. */
  authorise(): void;
  hold(): void;
  resume(): void;
  /** Ends it: what was heard so far is all. */
  stop(): void;
}

/** What a delivery tells while it lasts. */
export interface DeliveryListener {
  readonly onStarted: () => void;
  /** What was heard of the text so far, growing. */
  readonly onHeard: (text: string) => void;
  /** It will break off, with this; what there is of it is still heard. */
  readonly onBroken: (error: unknown) => void;
}
