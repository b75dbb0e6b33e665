/** Who did the work, where that is not the instance itself: an adapter, an alias, a second model inside a call. */
interface ServedBy {
  readonly provider?: string;
  readonly model?: string;
}

/** Every stream may report these. */
export type ReceiptEvent =
  /** `requestId` is the vendor's. */
  | ({ readonly type: 'response-metadata'; readonly requestId?: string } & ServedBy)
  /** Since the last such event: core adds them up. */
  | ({ readonly type: 'usage'; readonly usage: Usage } & ServedBy);

/** What the vendor will bill, in its own units; absent means unknown, never zero. Totals include their parts (`cached` is within `input`). */
export interface Usage {
  readonly inputTokens?: number;
  readonly cachedInputTokens?: number;
  readonly outputTokens?: number;
  readonly reasoningTokens?: number;
  readonly inputAudioTokens?: number;
  readonly outputAudioTokens?: number;
  readonly characters?: number;
  readonly audioMs?: number;
}
