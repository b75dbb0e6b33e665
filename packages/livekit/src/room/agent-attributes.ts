import type { Clock, Logger } from '@parley/core/provider';
import { withDeadline } from '@parley/core/provider-kit';
import type { JoinedRoom } from '../joined-room.js';

/** The server's answer is missed now and then, and the library then waits for five seconds: newer values do not wait so long. */
const answerMs = 1000;

/** Attributes of the agent's participant, of which only the newest values count. Set again after a reconnect, at which it may be a new one. */
export class AgentAttributes {
  readonly #joined: JoinedRoom;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #values: Record<string, string> = {};
  /** Not sent yet. */
  #waiting: Record<string, string> = {};
  #sending: Promise<void> | undefined;
  readonly #onReconnected = () => this.set(this.#values);

  constructor(joined: JoinedRoom, { clock, logger }: { readonly clock: Clock; readonly logger: Logger }) {
    this.#joined = joined;
    this.#clock = clock;
    this.#logger = logger;
    joined.room.on('reconnected', this.#onReconnected);
  }

  set(values: Readonly<Record<string, string>>): void {
    Object.assign(this.#values, values);
    Object.assign(this.#waiting, values);
    this.#sending ??= this.#send().finally(() => (this.#sending = undefined));
  }

  /** Sends what waits, and nothing more after that. */
  async close(): Promise<void> {
    this.#joined.room.off('reconnected', this.#onReconnected);
    await this.#sending;
  }

  async #send(): Promise<void> {
    while (Object.keys(this.#waiting).length > 0) {
      const values = this.#waiting;
      this.#waiting = {};
      const { room } = this.#joined;
      if (!room.isConnected) return;
      const onTimeout = () => new Error(`not answered within ${answerMs} ms`);
      try {
        const setting = room.localParticipant?.setAttributes(values) ?? Promise.resolve();
        await withDeadline(setting, { clock: this.#clock, timeoutMs: answerMs, onTimeout });
      } catch (error) {
        this.#logger.log('warn', 'attributes of the agent may not be set: does it have canUpdateMetadata?', { error: String(error) });
      }
    }
  }
}
