import type { PluginSettings } from '@parley/core/provider';
import type { LoopbackRecord } from '../loopback/loopback-record.js';
import { startLoopbackServer } from '../loopback/loopback-server.js';
import type { VendorCall, Wire } from './wire.js';

/** A vendor that is played, for as long as it is open. */
export interface PlayedVendor<Heard> extends AsyncDisposable {
  /** For the plugin's factory. */
  readonly settings: PluginSettings;
  /** Made up; must never be seen in a message. */
  readonly apiKey: string;
  readonly record: LoopbackRecord;
  /** What was heard in each call, in the order in which the calls came. */
  readonly heard: readonly (readonly Heard[])[];
}

/** How a call is played: what is said to what is heard. The connection is ended by what is said, or by whoever plays. */
export type Play<Heard, Step> = (call: VendorCall<Heard, Step>, index: number) => Promise<void> | void;

/**
 * Plays a vendor on loopback: each of its calls by `play`. What `play` throws ends the call's connection, and is in the record.
 *
 * @example
 * ```ts
 * await using vendor = await playVendor(openaiWires.chatCompletions, async (call) => {
 *   await call.send({ type: 'text', text: 'hello' });
 *   await call.send({ type: 'finish', reason: 'stop', inputTokens: 5, outputTokens: 1 });
 * });
 * const llm = createOpenAI(vendor.settings).llm();
 * ```
 */
export async function playVendor<Kind extends string, Heard, Step>(
  wire: Wire<Kind, Heard, Step>,
  play: Play<Heard, Step>,
): Promise<PlayedVendor<Heard>> {
  const heard: Heard[][] = [];
  const server = await startLoopbackServer({
    serve: async (connection) => {
      const playing: Promise<void>[] = [];
      await wire.serve(connection, (call) => {
        const own: Heard[] = [];
        const index = heard.push(own) - 1;
        const played = play({ connection, heard: noted(call.heard, own), send: (step) => call.send(step) }, index);
        playing.push(Promise.resolve(played));
      });
      await Promise.all(playing);
    },
  });
  const apiKey = 'key-of-nobody-5f3a';
  return {
    settings: wire.settings(server, apiKey),
    apiKey,
    record: server.record,
    heard,
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** What is read is noted, too. */
async function* noted<Heard>(source: AsyncIterable<Heard>, list: Heard[]): AsyncGenerator<Heard> {
  for await (const one of source) {
    list.push(one);
    yield one;
  }
}
