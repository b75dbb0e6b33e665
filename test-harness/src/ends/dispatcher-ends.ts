import type { Dispatcher, JobDescription } from '@parley/core/provider';

/** A dispatcher, with the server that hands out jobs played by the kit. Disposing of it closes both. */
export interface DispatcherEnds extends AsyncDisposable {
  readonly port: Dispatcher;
  readonly server: PlayedJobServer;
}

export type PlayedAnswer =
  | {
      readonly type: 'accepted';
      readonly identity: string;
      readonly name?: string;
      readonly metadata?: string;
      readonly attributes?: Readonly<Record<string, string>>;
    }
  | { readonly type: 'rejected'; readonly final: boolean };

/** What the kit has the server do, and what the server has seen. */
export interface PlayedJobServer {
  /** Offers a job to the worker that is registered. */
  offer(job: JobDescription): void;
  /** From now on accepted jobs are assigned at once (the default), or not at all. */
  assign(whether: boolean): void;
  terminate(jobId: string): void;
  /** Breaks the worker's connection; attempts to connect are refused until `admit`. Absent: there is no connection to break. */
  disconnect?(): void;
  admit?(): void;
  /** A message that no worker understands. Absent: there is no wire. */
  babble?(): void;
  /** Connections made, registered or not. */
  readonly connections: number;
  /** Open now. */
  readonly open: number;
  /** Workers registered so far, one after another. */
  readonly registrations: number;
  /** As the worker last told it. */
  readonly load: { readonly load: number; readonly accepting: boolean; readonly jobs: number } | undefined;
  readonly answers: readonly { readonly jobId: string; readonly answer: PlayedAnswer }[];
  readonly reports: readonly { readonly jobId: string; readonly status: 'running' | 'succeeded' | 'failed'; readonly error?: string }[];
  /** Stands in what an assignment's `connection` holds, and in no message or log. */
  readonly secret: string;
}
