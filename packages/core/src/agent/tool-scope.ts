/** A speech as far as waiting for it goes. */
export interface AwaitedSpeech {
  readonly id: string;
  readonly isDone: boolean;
  /** Speeches that its tools wait for. */
  readonly waitsFor: Set<AwaitedSpeech>;
  /** A tool of it has called for another agent. */
  handsOver: boolean;
}

/** What else is known of a tool, or of `onEnter`, that runs. */
export interface ToolScope {
  /** Tools marked `hideOnEnter` are not offered to the replies that it asks for. */
  readonly hidesTools: boolean;
  /** The speech whose tool runs; undefined in `onEnter`. */
  readonly speech?: AwaitedSpeech;
  /** Whether the speech still waits for the tool: not once its call is answered. */
  readonly isHolding: () => boolean;
  /** Whether the session waits for what the tool does in `foreground`. */
  readonly isForeground: () => boolean;
  /** It calls for another agent. */
  readonly onHandsOver: () => void;
}

/** Of `onEnter`. */
export const enterScope: ToolScope = { hidesTools: true, isHolding: () => false, isForeground: () => false, onHandsOver: () => {} };

/** Whether one speech waits for another, by itself or through the speeches that it waits for. */
export function waitsFor(one: AwaitedSpeech, other: AwaitedSpeech): boolean {
  const seen = new Set<AwaitedSpeech>();
  const open = [one];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === other) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...[...next.waitsFor].filter((speech) => !speech.isDone));
  }
  return false;
}
