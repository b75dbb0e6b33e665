import type { CallIO } from '../provider/call-io.js';
import { createDeferred } from '../stream/deferred.js';
import { isFinalDue } from '../turn/user-turn.js';
import type { HearingRunner } from './hearing-runner.js';
import type { SessionContext } from './session-context.js';
import type { TurnRunner } from './turn-runner.js';

/** What the user said last enters the history even if it is not final yet: a final still due is waited for, for a while. */
export async function finishTranscript({
  context,
  hearing,
  turns,
}: {
  readonly context: SessionContext;
  readonly hearing: HearingRunner;
  readonly turns: TurnRunner;
}): Promise<void> {
  const { core, clock, resolved } = context;
  const timeoutMs = resolved().closeTranscriptTimeoutMs;
  const { turn } = core.state;
  if (isFinalDue(turn, clock.now(), timeoutMs)) {
    hearing.flush();
    const over = createDeferred<void>();
    const cancel = clock.after(timeoutMs, () => over.resolve());
    void hearing.end().then(() => over.resolve());
    await over.promise;
    cancel();
  }
  const { text, stoppedMs } = core.state.turn;
  turns.recordOnly(text, stoppedMs ?? clock.now());
  core.dispatch({ type: 'turn-cleared' });
  // Nothing more is heard: what came now would be nobody's turn.
  hearing.stop();
}

/** Closes the ends of the call side by side, then what holds them together; one that fails is told, and harms no other. */
export async function closeParts(io: CallIO, whole: CallIO, onFailure: (error: unknown) => void): Promise<void> {
  const close = async (part: unknown) => {
    try {
      if (isAsyncDisposable(part)) await part[Symbol.asyncDispose]();
    } catch (error) {
      onFailure(error);
    }
  };
  await Promise.all([io.audioInput, io.audioOutput, io.videoInput, io.textInput, io.transcriptOutput].map(close));
  await close(whole);
}

const isAsyncDisposable = (value: unknown): value is AsyncDisposable =>
  typeof value === 'object' && value !== null && Symbol.asyncDispose in value;
