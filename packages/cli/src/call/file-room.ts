import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { AgentEvent, FileIO } from '@parley/core';
import type { CallIO, Clock, JobParticipant, JobRoom, JobRoomEvent, Logger } from '@parley/core/provider';
import type { CallPaths, EventLog, WrittenCall } from '../call-view/call-files.js';
import { LivePrinter, type TextScreen } from '../call-view/terminal/live-printer.js';

/** Where a session says that it starts: `@parley/core`. */
const sessions = 'parley.session';
/** After the recording, for an agent that has made no session of the call. */
const withoutSessionMs = 30_000;

export interface FileRoomOptions {
  readonly io: FileIO;
  readonly log: EventLog;
  readonly screen: TextScreen;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly title: string;
  readonly paths: CallPaths;
}

/** A call with one caller, who is a recording. It is over when the session is that has its ends. */
export class FileRoom implements JobRoom {
  readonly name = 'call';
  readonly localIdentity = 'agent';
  readonly io: CallIO;
  readonly paths: CallPaths;
  readonly #options: FileRoomOptions;
  readonly #printer: LivePrinter;
  readonly #events: AgentEvent[] = [];
  readonly #listeners = new Set<(event: JobRoomEvent) => void>();
  readonly #onSession = (message: unknown) => this.#sessionStarted(message);
  readonly #caller: JobParticipant = { identity: 'caller', name: 'caller', kind: 'standard', attributes: {}, metadata: '' };
  #state: JobRoom['state'] = 'connected';
  #telling: Promise<void> | undefined;
  #cancel: () => void;
  #left: Promise<void> | undefined;

  constructor(options: FileRoomOptions) {
    const { io, screen, clock, paths, logger } = options;
    this.#options = options;
    this.paths = paths;
    const printer = new LivePrinter({ screen, startedAt: io.startedAt });
    this.#printer = printer;
    const transcriptOutput = { write: printer.transcript.bind(printer), [Symbol.asyncDispose]: () => Promise.resolve() };
    this.io = { audioInput: io.audioInput, audioOutput: io.audioOutput, transcriptOutput };
    subscribe(sessions, this.#onSession);
    this.#cancel = clock.after(io.inputDurationMs + withoutSessionMs, () => {
      logger.log('error', 'the agent has started no session with roomIO(room): the recording is over, and nobody has heard it');
      this.#end('the recording is over');
    });
  }

  get state(): JobRoom['state'] {
    return this.#state;
  }

  get participants(): readonly JobParticipant[] {
    return this.#state === 'connected' ? [this.#caller] : [];
  }

  /** For the page; whole once the room was disposed of. */
  get record(): WrittenCall {
    const { io, title } = this.#options;
    return { title, events: this.#events, startedAt: io.startedAt, isVirtual: false };
  }

  onEvent(listener: (event: JobRoomEvent) => void): () => void {
    // An entry of its own, so that a listener given twice is called twice.
    const entry = (event: JobRoomEvent) => listener(event);
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#left ??= this.#leave();
    return this.#left;
  }

  async #leave(): Promise<void> {
    const { io, log } = this.#options;
    unsubscribe(sessions, this.#onSession);
    this.#cancel();
    this.#state = 'disconnected';
    // The end of the call ends a session that is still there, and it tells so.
    await io[Symbol.asyncDispose]();
    await this.#telling;
    this.#printer.close();
    await log[Symbol.asyncDispose]();
  }

  #sessionStarted(message: unknown): void {
    if (!isOwnSession(message, this.io)) return;
    this.#cancel();
    this.#telling ??= this.#tell(message.session.events());
  }

  async #tell(events: AsyncIterable<AgentEvent>): Promise<void> {
    for await (const event of events) {
      this.#options.log.write(event);
      this.#events.push(event);
      this.#printer.event(event);
      if (event.type === 'close') this.#end(`the session has closed: ${event.reason}`);
    }
  }

  #end(reason: string): void {
    if (this.#state === 'disconnected') return;
    this.#state = 'disconnected';
    for (const listener of this.#listeners) listener({ type: 'disconnected', reason });
  }
}

interface SessionMessage {
  readonly session: { events(): AsyncIterable<AgentEvent> };
}

/** Several sessions may run in one job; the call's is the one that hears its caller, or speaks to them. */
function isOwnSession(message: unknown, own: CallIO): message is SessionMessage {
  const session: unknown = Reflect.get(Object(message), 'session');
  const io: unknown = Reflect.get(Object(message), 'io');
  const parts: readonly unknown[] = [Reflect.get(Object(io), 'audioInput'), Reflect.get(Object(io), 'audioOutput')];
  return typeof Reflect.get(Object(session), 'events') === 'function' && (parts[0] === own.audioInput || parts[1] === own.audioOutput);
}
