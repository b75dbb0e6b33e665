import { fileIO, realClock } from '@parley/core';
import { APITimeoutError, type AudioInput, type AudioOutput, type Clock, type JobRoom, type Logger } from '@parley/core/provider';
import { createDeferred, linkSignals, withDeadline } from '@parley/core/provider-kit';
import { provider, readAccount } from '../dispatch/server-account.js';
import { quietLogger } from '../room/quiet-logger.js';
import type { RoomIO } from '../room/room-ends.js';
import { roomIO } from '../room/room-io.js';
import { onTranscript, type SpokenText } from './on-transcript.js';

export interface PlayCallerOptions {
  /** The room's name. One that is not there is opened, which calls an agent. */
  readonly room: string;
  /** WAV file that holds what the caller says. */
  readonly recording: string;
  /** WAV file to record the call to: caller left, agent right. */
  readonly output?: string | null | undefined;
  /** Calls this agent when the room is opened; without it those who take any room. */
  readonly agentName?: string | null | undefined;
  /** What the agent finds in `context.info.metadata`, if the room is opened here. */
  readonly metadata?: string | null | undefined;
  /** As for `livekitDispatcher`, from the environment unless given. */
  readonly url?: string | null | undefined;
  readonly apiKey?: string | null | undefined;
  readonly apiSecret?: string | null | undefined;
  /** Final transcripts of both sides, as the agent publishes them. */
  readonly onTranscript?: ((spoken: SpokenText) => void) | null | undefined;
  /** Ends the call. */
  readonly signal?: AbortSignal | null | undefined;
  readonly logger?: Logger | null | undefined;
  readonly clock?: Clock | null | undefined;
}

const agentMs = 30_000;
/** After the recording, for the agent's last words. */
const lastWordsMs = 3000;
const callerIdentity = 'caller';

/**
 * A caller in a room, who is a recording: joins, waits for an agent, speaks, listens, and hangs up. For trying a worker where nobody is at the
 * microphone. One call a process: the library of rooms is let go of at the end.
 *
 * @throws {APIError} The server is not reached or refuses; no agent came within 30 s.
 * @throws {WavError} The recording cannot be used, or the call's own cannot be written.
 */
export async function playCaller(options: PlayCallerOptions): Promise<void> {
  const clock = options.clock ?? realClock;
  const logger = options.logger ?? quietLogger;
  using link = linkSignals(...(options.signal ? [options.signal] : []));
  const account = readAccount(options);
  const [{ ServerApi }, { jobTransport }] = await Promise.all([
    import('../dispatch/server-api.js'),
    import('../transport/job-transport.js'),
  ]);
  const api = new ServerApi(account, clock);
  await api.openRoom(options.room, { agentName: options.agentName ?? '', metadata: options.metadata ?? '' });
  const connection = { url: account.address.roomUrl, token: await api.callerToken(options.room, callerIdentity) };
  try {
    await using room = await jobTransport.connect(connection, { autoSubscribe: 'all', clock, logger, signal: link.signal });
    await holdCall(room, { options, clock, logger, signal: link.signal });
  } finally {
    await jobTransport.dispose();
  }
}

interface Edge {
  readonly options: PlayCallerOptions;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

async function holdCall(room: JobRoom, { options, clock, logger, signal }: Edge): Promise<void> {
  const over = createDeferred<void>();
  signal.addEventListener('abort', () => over.resolve(), { once: true });
  room.onEvent(({ type }) => void (type === 'disconnected' && over.resolve()));
  await agentIn(room, { options, clock, over: over.promise });
  if (signal.aborted) return;
  await using file = await fileIO({ input: options.recording, output: options.output, clock, trailingSilenceMs: lastWordsMs });
  const startedMs = clock.now();
  onTranscript(room, (spoken) => options.onTranscript?.({ ...spoken, atMs: clock.now() - startedMs }));
  // What an agent is to its caller, this caller is to the agent.
  await using io = roomIO(room, { caller: { kinds: ['agent'] }, text: false, transcripts: false, clock, logger });
  const fail = (error: unknown) => {
    logger.log('error', 'the call broke off', { error: String(error) });
    over.resolve();
  };
  const hearing = hear(io, file.audioOutput, clock);
  hearing.catch(fail);
  const speaking = speak(file.audioInput, io, clock);
  // The agent may have left before the recording is over.
  void Promise.all([speaking, Promise.race([speaking, hearing])]).then(() => over.resolve(), fail);
  await over.promise;
}

/** Settles once there is one, or the call is over. */
async function agentIn(
  room: JobRoom,
  { options, clock, over }: Pick<Edge, 'options' | 'clock'> & { readonly over: Promise<void> },
): Promise<void> {
  const isThere = () => room.participants.some(({ kind }) => kind === 'agent');
  const there = createDeferred<void>();
  const stop = room.onEvent(() => void (isThere() && there.resolve()));
  void over.then(there.resolve);
  if (isThere()) there.resolve();
  const which = (options.agentName ?? '') === '' ? 'that takes any room' : `named ${JSON.stringify(options.agentName)}`;
  const onTimeout = () =>
    new APITimeoutError(
      `no agent came to the room ${options.room} within ${agentMs} ms: is there a worker ${which} on this server, and was the room new?`,
      {
        provider,
      },
    );
  await withDeadline(there.promise, { clock, timeoutMs: agentMs, onTimeout }).finally(stop);
}

async function speak(input: AudioInput, { audioOutput }: RoomIO, clock: Clock): Promise<void> {
  if (audioOutput === undefined) return;
  for await (const chunk of input.read({ sampleRates: [audioOutput.sampleRate], clock }))
    if (chunk.type === 'audio') await audioOutput.write('caller', chunk.frame);
}

async function hear({ audioInput }: RoomIO, output: AudioOutput, clock: Clock): Promise<void> {
  if (audioInput === undefined) return;
  for await (const chunk of audioInput.read({ sampleRates: [output.sampleRate], clock }))
    if (chunk.type === 'audio') await output.write('agent', chunk.frame);
}
