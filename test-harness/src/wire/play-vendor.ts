import type { PluginSettings } from '@parley/core/provider';
import { Channel } from '@parley/core/provider-kit';
import type { LoopbackRecord } from '../loopback/loopback-record.js';
import { startLoopbackServer } from '../loopback/loopback-server.js';
import type { VendorConnection } from '../loopback/vendor-connection.js';
import type { VendorCall, Wire } from './wire.js';

/** Of what a plugin sends, what waits to be read by a play that reads it. */
const mostWaiting = 200_000;

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

export interface PlayOptions {
  /**
   * Stands between the network and the wire, for each connection: gives it on, itself or another around it, or deals with it and gives
   * nothing: refuses it, leaves it without an answer.
   */
  readonly gate?: ((connection: VendorConnection, index: number) => VendorConnection | undefined) | undefined;
}

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
export async function playVendor<Kind extends string, Heard extends {}, Step>(
  wire: Wire<Kind, Heard, Step>,
  play: Play<Heard, Step>,
  { gate = (connection) => connection }: PlayOptions = {},
): Promise<PlayedVendor<Heard>> {
  const heard: Heard[][] = [];
  let connections = 0;
  const server = await startLoopbackServer({
    serve: async (incoming) => {
      const connection = gate(incoming, connections++);
      if (connection === undefined) return;
      const playing: Promise<unknown>[] = [];
      await wire.serve(connection, (call) => {
        const own: Heard[] = [];
        const index = heard.push(own) - 1;
        const forPlay = new Channel<Heard>({ capacity: mostWaiting, whenFull: 'drop-oldest' });
        const played = play({ connection, heard: forPlay, send: (step) => call.send(step) }, index);
        const over = Promise.all([note(call.heard, own, forPlay), played]);
        // Awaited below, once the wire has ended.
        over.catch(() => {});
        playing.push(over);
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

/** Whether the play reads it or not. */
async function note<Heard extends {}>(source: AsyncIterable<Heard>, list: Heard[], forPlay: Channel<Heard>): Promise<void> {
  try {
    for await (const one of source) {
      list.push(one);
      void forPlay.push(one);
    }
    forPlay.end();
  } catch (error) {
    forPlay.fail(error);
    throw error;
  }
}
