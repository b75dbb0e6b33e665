import type { AudioChunk, AudioFrame, AudioInput } from '@parley/core/provider';
import { Channel } from '@parley/core/provider-kit';

/** An input that the load driver pushes into, with one hop between them, as a room's or a socket's has. */
export function createFakeInput(): AudioInput & { push(frame: AudioFrame): void } {
  const channel = new Channel<AudioChunk>({ capacity: 500, whenFull: 'drop-oldest' });
  return {
    push: (frame) => void channel.push({ type: 'audio', frame }),
    read: () => channel,
    async [Symbol.asyncDispose]() {
      channel.end();
    },
  };
}
