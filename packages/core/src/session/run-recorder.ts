import type { AgentEventOf } from '../observe/agent-event.js';
import type { RunEvent } from '../run/run-record.js';
import { RunResult } from '../run/run-result.js';
import { withDeadline } from '../stream/deadline.js';
import type { SessionContext } from './session-context.js';
import type { SpeechRunner } from './speech-runner.js';

export interface RunOptions {
  /** What the user writes: a turn of its own, which takes the way of what is said, `onUserTurnCompleted` included. */
  readonly userInput: string;
  /** The run must be over within this time. Default 60,000. */
  readonly timeoutMs?: number | null | undefined;
}

const defaultTimeoutMs = 60_000;

/** Records what the agents of a session do from an input until they rest. */
export class RunRecorder {
  readonly #context: SessionContext;
  readonly #speeches: SpeechRunner;
  readonly #waitForRest: () => Promise<void>;
  #isRecording = false;

  /** @param waitForRest Settles when nothing is under way that does not wait for the user. */
  constructor(context: SessionContext, speeches: SpeechRunner, waitForRest: () => Promise<void>) {
    this.#context = context;
    this.#speeches = speeches;
    this.#waitForRest = waitForRest;
  }

  /**
   * Records what follows from what `begin` does.
   *
   * @throws {Error} A run is under way, or this one was not over in time.
   * @throws {APIError} A reply could not be made.
   */
  async record(begin: () => void, { userInput, timeoutMs: given }: Partial<RunOptions> = {}): Promise<RunResult> {
    const timeoutMs = given ?? defaultTimeoutMs;
    if (this.#isRecording) throw new Error('run: another run of this session is under way; await it first');
    const { core, clock } = this.#context;
    const { emitter } = core;
    const startedMs = clock.now();
    const events: RunEvent[] = [];
    const failures: unknown[] = [];
    const result = () => {
      // As in the history: what a tool was called with comes before what the tool has brought about.
      const ordered = events.toSorted((one, other) => one.item.createdAtMs - other.item.createdAtMs);
      return new RunResult({ userInput, events: ordered, durationMs: clock.now() - startedMs, clock });
    };
    const onItem = ({ item }: AgentEventOf<'conversation-item-added'>) => {
      if (item.type === 'opaque' || (item.type === 'message' && item.role === 'user')) return;
      events.push({ atMs: clock.now() - startedMs, item });
    };
    const onSpeech = ({ speechId }: AgentEventOf<'speech-created'>) => {
      void this.#speeches.get(speechId)?.then(undefined, (error: unknown) => failures.push(error));
    };
    const onTimeout = () => new Error(`run: the agent did not come to rest within ${timeoutMs} ms\nthe run:\n${result().timeline}`);
    this.#isRecording = true;
    emitter.on('conversation-item-added', onItem);
    emitter.on('speech-created', onSpeech);
    try {
      begin();
      await withDeadline(this.#waitForRest(), { clock, timeoutMs, onTimeout });
    } finally {
      this.#isRecording = false;
      emitter.off('conversation-item-added', onItem);
      emitter.off('speech-created', onSpeech);
    }
    if (failures.length > 0) throw failures[0];
    return result();
  }
}
