import { JobStatus, JobType, WorkerStatus } from '@livekit/protocol';
import type { DispatcherEnds, PlayedAnswer, PlayedJobServer } from '@parley/conformance';
import type { Dispatcher, JobDescription } from '@parley/core/provider';
import { livekitDispatcher } from '../livekit-dispatcher.js';
import { assignedToken, type FromWorker, StandInServer, usual } from './stand-in-server.js';

const jobTypes = { room: JobType.JT_ROOM, publisher: JobType.JT_PUBLISHER, participant: JobType.JT_PARTICIPANT } as const;

/** The dispatcher with a LiveKit server played for the conformance kit. */
export async function playJobServer(): Promise<DispatcherEnds> {
  const standIn = await StandInServer.start();
  const port = livekitDispatcher({ url: standIn.url, apiKey: 'key-of-nobody', apiSecret: 'secret-of-nobody-9f31c2' });
  return new PlayedLiveKit(standIn, port);
}

class PlayedLiveKit implements DispatcherEnds, PlayedJobServer {
  readonly secret = assignedToken;
  readonly port: Dispatcher;
  readonly #standIn: StandInServer;
  #assigns = true;

  constructor(standIn: StandInServer, port: Dispatcher) {
    this.port = port;
    this.#standIn = standIn;
    standIn.script = (message, connection) => {
      if (this.#assigns || message.case !== 'availability') usual(message, connection);
    };
  }

  get server(): PlayedJobServer {
    return this;
  }

  get connections(): number {
    return this.#standIn.connections.length;
  }

  get open(): number {
    return this.#standIn.open;
  }

  get registrations(): number {
    return this.#standIn.said.register.length;
  }

  get load(): PlayedJobServer['load'] {
    const told = this.#standIn.said.updateWorker.at(-1);
    // A 32-bit number on the wire.
    return told && { load: Math.round(told.load * 1e6) / 1e6, accepting: told.status === WorkerStatus.WS_AVAILABLE, jobs: told.jobCount };
  }

  get answers(): PlayedJobServer['answers'] {
    return this.#standIn.said.availability.map((answer) => ({ jobId: answer.jobId, answer: answerOf(answer) }));
  }

  get reports(): PlayedJobServer['reports'] {
    return this.#standIn.said.updateJob.map(({ jobId, status, error }) => ({ jobId, status: statusOf(status), ...(error === '' ? {} : { error }) }));
  }

  offer({ id, type, agentName, metadata, roomName, participantIdentity }: JobDescription): void {
    const room = roomName === undefined ? {} : { room: { name: roomName, turnPassword: 'turn-password-of-nobody' } };
    const participant = participantIdentity === undefined ? {} : { participant: { identity: participantIdentity } };
    const job = { id, type: jobTypes[type], agentName, metadata, ...room, ...participant };
    this.#standIn.connection.send({ case: 'availability', value: { job } });
  }

  assign(whether: boolean): void {
    this.#assigns = whether;
  }

  terminate(jobId: string): void {
    this.#standIn.connection.send({ case: 'termination', value: { jobId } });
  }

  disconnect(): void {
    this.#standIn.handshake = { status: 503, body: 'no' };
    for (const connection of this.#standIn.connections) connection.drop();
  }

  admit(): void {
    this.#standIn.handshake = 'open';
  }

  babble(): void {
    this.#standIn.connection.sendRaw('{"novelty":true}');
    this.#standIn.connection.sendRaw(Uint8Array.of(0xff, 0xff, 0xff, 0x07));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.port[Symbol.asyncDispose]();
    await this.#standIn[Symbol.asyncDispose]();
  }
}

function answerOf(answer: Extract<FromWorker, { readonly case: 'availability' }>['value']): PlayedAnswer {
  if (!answer.available) return { type: 'rejected', final: answer.terminate };
  const { participantIdentity: identity, participantName: name, participantMetadata: metadata, participantAttributes: attributes } = answer;
  return {
    type: 'accepted',
    identity,
    ...(name === '' ? {} : { name }),
    ...(metadata === '' ? {} : { metadata }),
    ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
  };
}

const statusOf = (status: JobStatus): 'running' | 'succeeded' | 'failed' =>
  status === JobStatus.JS_SUCCESS ? 'succeeded' : status === JobStatus.JS_FAILED ? 'failed' : 'running';
