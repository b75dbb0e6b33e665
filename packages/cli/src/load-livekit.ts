import { UsageError } from './usage-error.js';

export type LiveKit = typeof import('@parley/livekit');

/** An optional peer: only what talks to a server needs it. @throws {UsageError} It is not installed: says how to. */
export async function loadLiveKit(): Promise<LiveKit> {
  try {
    return await import('@parley/livekit');
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new UsageError('calls from a LiveKit server need @parley/livekit: run "npm install @parley/livekit"', { cause: error });
  }
}

const isNotFound = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND' && error.message.includes('@parley/livekit');
