import type { Clock, Dispatcher, DispatcherEvent, Json } from '@parley/core/provider';
import type { LiveKitDispatcherOptions } from '../dispatcher-options.js';
import { livekitDispatcher } from '../livekit-dispatcher.js';

export type Offer = Extract<DispatcherEvent, { readonly type: 'offer' }>;
type Load = ReturnType<Parameters<Dispatcher['run']>[0]['load']>;

/** A worker without jobs' processes: reads the dispatcher's events, and keeps what is logged. */
export class WorkerTrial<Time extends Clock> implements AsyncDisposable {
  readonly clock: Time;
  readonly dispatcher: Dispatcher;
  readonly log: { readonly level: string; readonly message: string; readonly fields: Readonly<Record<string, Json>> | undefined }[] = [];
  load: Load = { load: 0.25, accepting: true, jobs: 0 };
  readonly #stop = new AbortController();
  readonly #events: AsyncIterator<DispatcherEvent>;

  constructor(clock: Time, options: LiveKitDispatcherOptions) {
    this.clock = clock;
    this.dispatcher = livekitDispatcher({ apiKey: 'key-of-nobody', apiSecret: 'secret-of-nobody-9f31c2', random: () => 1, ...options });
    const worker = {
      clock,
      logger: { log: (level: string, message: string, fields?: Readonly<Record<string, Json>>) => void this.log.push({ level, message, fields }) },
      signal: this.#stop.signal,
      load: () => this.load,
    };
    this.#events = this.dispatcher.run(worker)[Symbol.asyncIterator]();
  }

  /** The worker ends its run. */
  stop(): void {
    this.#stop.abort();
  }

  /** The next event, of whatever type; undefined at the end. */
  async event(): Promise<DispatcherEvent | undefined> {
    const result = await this.#events.next();
    return result.done === true ? undefined : result.value;
  }

  /** The next event of this type. @throws {Error} Another came. */
  async next<Type extends DispatcherEvent['type']>(type: Type): Promise<Extract<DispatcherEvent, { readonly type: Type }>> {
    const event = await this.event();
    if (event !== undefined && isOf(event, type)) return event;
    throw new Error(`wanted ${type}, and came ${event?.type ?? 'the end'}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    await this.dispatcher[Symbol.asyncDispose]();
  }
}

const isOf = <Type extends DispatcherEvent['type']>(event: DispatcherEvent, type: Type): event is Extract<DispatcherEvent, { readonly type: Type }> =>
  event.type === type;
