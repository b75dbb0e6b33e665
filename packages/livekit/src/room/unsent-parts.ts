import type { Clock, Logger } from '@parley/core/provider';
import { createDeferred, type Deferred } from '@parley/core/provider-kit';

/** The library refuses to send some moments before it tells that the room is over. */
const graceMs = 1000;

export interface UnsentPartsOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly isRoomOver: () => boolean;
}

/** Tells of what was not sent: as a warning if the room turns out to be there still, and only to who debugs if it is simply over. */
export class UnsentParts {
  readonly #options: UnsentPartsOptions;
  #isClosed = false;
  #waiting: { readonly error: string; parts: number; readonly cancel: () => void; readonly told: Deferred<void> } | undefined;

  constructor(options: UnsentPartsOptions) {
    this.#options = options;
  }

  add(error: unknown): void {
    if (this.#isClosed) return;
    if (this.#waiting !== undefined) {
      this.#waiting.parts += 1;
      return;
    }
    const cancel = this.#options.clock.after(graceMs, () => this.#tell());
    this.#waiting = { error: String(error), parts: 1, cancel, told: createDeferred<void>() };
  }

  /** No more parts are told of. Settles once all before is told: at once where there is nothing to wait for. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#options.isRoomOver()) this.#tell();
    await this.#waiting?.told.promise;
  }

  #tell(): void {
    if (this.#waiting === undefined) return;
    const { error, parts, cancel, told } = this.#waiting;
    this.#waiting = undefined;
    cancel();
    const { logger, isRoomOver } = this.#options;
    logger.log(isRoomOver() ? 'debug' : 'warn', 'a part of the transcript was not sent', { error, parts });
    told.resolve();
  }
}
