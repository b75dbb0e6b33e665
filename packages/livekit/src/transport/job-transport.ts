import type { JobConnectOptions, JobTransport, JsonObject } from '@parley/core/provider';
import { APIConnectionError, APIError, APITimeoutError } from '@parley/core/provider';
import { dispose, Room } from '@livekit/rtc-node';
import { EarlyAudio } from '../early-audio/early-audio.js';
import { withoutSecrets } from '../without-secrets.js';
import { leaveRoom } from './leave-room.js';
import { leadLibraryLog } from './library-log.js';
import { LiveKitJobRoom } from './live-kit-job-room.js';
import { redispatch, roomAdmin } from './room-admin.js';
import { roomOptions } from './room-options.js';
import { keepOutSecondAgent } from './second-agent.js';
import { subscribeToKind } from './subscribe-to-kind.js';

const provider = 'livekit';
/** The library tries for up to half a minute, and cannot be told to stop. */
const connectMs = 20_000;

/** Rooms that nobody waits for any more, but which the library is still about to join: they are left as soon as they are. */
const abandoned = new Set<Promise<void>>();

/** Joins rooms of a LiveKit server. The process of a job loads this module by the URL that the assignment names. */
export const jobTransport: JobTransport = {
  async connect(connection, options) {
    options.signal.throwIfAborted();
    leadLibraryLog(options.logger);
    const { url, token } = readConnection(connection);
    const room = new Room();
    const early = new EarlyAudio(room);
    const admin = roomAdmin(connection, options.clock);
    const takeOut = admin && (() => admin.remove(room.name ?? '', room.localParticipant?.identity ?? ''));
    if (admin !== undefined) keepOutSecondAgent(room, { ...options, remove: (identity) => admin.remove(room.name ?? '', identity) });
    const joining = room.connect(url, token, roomOptions(options)).catch((error: unknown) => {
      throw new APIConnectionError(`the room could not be joined: ${withoutSecrets(String(error), [token])}`, { provider });
    });
    try {
      await firstOf(joining, options);
    } catch (error) {
      abandon(joining, () => leaveRoom(room, { ...options, takeOut }));
      throw error;
    }
    if (options.autoSubscribe === 'audio' || options.autoSubscribe === 'video') subscribeToKind(room, options.autoSubscribe);
    return new LiveKitJobRoom(room, { clock: options.clock, logger: options.logger, early, takeOut });
  },
  redispatch,
  async dispose() {
    await Promise.all(abandoned);
    await dispose();
  },
};

/** @throws {APIError} Whoever made it was no `livekitDispatcher`. */
function readConnection({ url, token }: JsonObject): { readonly url: string; readonly token: string } {
  if (typeof url === 'string' && typeof token === 'string') return { url, token };
  throw new APIError('an assignment of a LiveKit server holds url and token, and this one does not', {
    provider,
    kind: 'invalid-request',
    retryable: false,
  });
}

/** Settles as the joining does, or before, when the signal fires or the time is over. */
function firstOf(joining: Promise<void>, { signal, clock }: JobConnectOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      cancel();
      signal.removeEventListener('abort', onAbort);
      act();
    };
    const onAbort = () => settle(() => reject(signal.reason));
    const cancel = clock.after(connectMs, () =>
      settle(() => reject(new APITimeoutError(`the room was not joined within ${connectMs} ms`, { provider }))),
    );
    signal.addEventListener('abort', onAbort, { once: true });
    joining.then(
      () => settle(resolve),
      (error: unknown) => settle(() => reject(error)),
    );
  });
}

function abandon(joining: Promise<void>, leave: () => Promise<void>): void {
  const left = joining
    .then(leave)
    // It was not joined, and its failure has been told.
    .catch(() => {})
    .finally(() => abandoned.delete(left));
  abandoned.add(left);
}
