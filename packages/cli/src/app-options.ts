import type { WorkerOptions } from '@parley/core/worker';
import type { LiveKitDispatcherOptions } from '@parley/livekit';
import type { LogLevel } from './log-level.js';

/**
 * What an application gives to `runApp`: the options of a worker and of LiveKit's dispatcher. A flag of the command line goes before the
 * option, and the option before the environment.
 */
export interface AppOptions
  extends
    Omit<WorkerOptions, 'agent' | 'dispatcher' | 'development' | 'isolation'>,
    Pick<LiveKitDispatcherOptions, 'url' | 'apiKey' | 'apiSecret' | 'agentName' | 'type' | 'permissions' | 'maxRetry'> {
  /**
   * The module whose default export `defineAgent` made: a path from the current folder or a `file:` URL, such as `import.meta.url` where the
   * program is the agent's module too. It may also be named on the command line.
   */
  readonly agent?: string | URL | null | undefined;
  /** Where `start` and `dev` take jobs from instead of a LiveKit server; what is LiveKit's is ignored then. */
  readonly dispatcher?: WorkerOptions['dispatcher'] | null | undefined;
  /** What `call` plays unless another is named: a WAV file, as a path from the current folder or a `file:` URL. */
  readonly recording?: string | URL | null | undefined;
  /** Lines of the log from this level on: `info`, with `dev` `debug`. Of no use with `logger`. */
  readonly logLevel?: LogLevel | null | undefined;
  /** A line to say once a worker is registered, such as how to call it. */
  readonly onRegistered?: (() => string) | null | undefined;
}

/** Options of `runApp` that are no worker's. */
export const liveKitOptions = ['url', 'apiKey', 'apiSecret', 'agentName', 'type', 'permissions', 'maxRetry'] as const;
