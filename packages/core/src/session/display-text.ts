import type { WrittenText } from '../speaking/written-text.js';
import { Channel } from '../stream/channel.js';
import { withDeadline } from '../stream/deadline.js';
import { readUntilAbort } from '../stream/read-until-abort.js';
import type { SessionContext } from './session-context.js';

/** How long an agent's `transcriptionNode` may take to end after its input has. */
const endMs = 1000;

/** Where the text of a reply goes to be shown and remembered. */
export interface Display {
  readonly push: (text: string) => void;
  /** No more text: settles when all of it stands there. Never rejects. */
  readonly end: () => Promise<void>;
}

export interface DisplayOptions {
  readonly context: SessionContext;
  readonly node: (text: AsyncIterable<string>) => AsyncIterable<string>;
  readonly signal: AbortSignal;
  readonly written: WrittenText;
}

/** What an agent's `transcriptionNode` makes of the text. One that fails, or does not end, is reported, and the text stands as it was written. */
export function displayThrough({ context, node, signal, written }: DisplayOptions): Display {
  const { clock } = context;
  const channel = new Channel<string>({ capacity: 10_000 });
  let original = '';
  const reading = (async () => {
    for await (const text of readUntilAbort(node(channel), { signal, clock })) written.text += text;
  })();
  const onTimeout = () => new Error(`transcriptionNode did not end within ${endMs} ms of its input`);
  // Observed here, whenever it fails; told at the end.
  reading.catch(() => {});
  return {
    push(text) {
      original += text;
      void channel.push(text);
    },
    async end() {
      channel.end();
      try {
        await withDeadline(reading, { clock, timeoutMs: endMs, onTimeout });
      } catch (error) {
        context.report('hook', error, true);
        written.text = original;
      }
    },
  };
}
