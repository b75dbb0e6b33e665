import type { JobConnectOptions, JobParticipant, JobRoom, JobRoomEvent, JobTransport } from '../../provider/job-transport.js';
import type { JsonObject } from '../../provider/json.js';
import { sleep } from '../../stream/sleep.js';
import { isRecord } from '../../chat/plain-data.js';
import { isNumber, isOneOf, isText } from '../message-fields.js';

/** What a connection of this transport can hold, as the test writes it. */
export interface ScriptedConnection {
  readonly token?: string;
  readonly participants?: readonly string[];
  /** Fails to join, with this and the token in its message. */
  readonly refuse?: string;
  readonly joinAfterMs?: number;
  /** Joins all the same when it is told to stop. */
  readonly isDeaf?: boolean;
  readonly leaveTakesMs?: number;
  readonly script?: readonly { readonly atMs: number; readonly type: JobRoomEvent['type']; readonly who?: string }[];
}

/** As `JobAssignment.connection`. */
export const scripted = (connection: ScriptedConnection): JsonObject => {
  const copy: unknown = JSON.parse(JSON.stringify(connection));
  return isObject(copy) ? copy : {};
};
const isObject = (value: unknown): value is JsonObject => isRecord(value);

const kinds = ['standard', 'ingress', 'egress', 'sip', 'agent', 'connector', 'bridge'] as const;

/** `sip:anna` is of that kind; without a colon `standard`. */
function participant(name: string): JobParticipant {
  const [kind, identity] = name.includes(':') ? name.split(':') : ['standard', name];
  return {
    identity: identity ?? name,
    name: identity ?? name,
    kind: isOneOf(...kinds)(kind) ? kind : 'standard',
    attributes: {},
    metadata: '',
  };
}

/** Plays a call by the script in its connection, on the clock it is given. */
class ScriptedRoom implements JobRoom {
  readonly name = 'scripted';
  readonly localIdentity = 'agent';
  state: JobRoom['state'] = 'connected';
  participants: readonly JobParticipant[];
  readonly #listeners = new Set<(event: JobRoomEvent) => void>();
  readonly #cancels: (() => void)[] = [];
  readonly #options: JobConnectOptions;
  readonly #leaveTakesMs: number;

  constructor(connection: JsonObject, options: JobConnectOptions) {
    this.#options = options;
    this.#leaveTakesMs = isNumber(connection['leaveTakesMs']) ? connection['leaveTakesMs'] : 0;
    this.participants = texts(connection['participants']).map(participant);
    for (const { atMs, type, who } of steps(connection['script'])) this.#cancels.push(options.clock.after(atMs, () => this.#play(type, who)));
  }

  onEvent(listener: (event: JobRoomEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const cancel of this.#cancels) cancel();
    if (this.#leaveTakesMs > 0) await sleep(this.#leaveTakesMs, { clock: this.#options.clock });
    this.state = 'disconnected';
    this.#options.logger.log('info', 'the scripted room was left');
  }

  #play(type: string, who = ''): void {
    const event = this.#eventOf(type, participant(who));
    for (const listener of this.#listeners) listener(event);
  }

  #eventOf(type: string, who: JobParticipant): JobRoomEvent {
    switch (type) {
      case 'participant-joined':
        this.participants = [...this.participants, who];
        return { type, participant: who };
      case 'participant-left':
        this.participants = this.participants.filter(({ identity }) => identity !== who.identity);
        return { type, participant: who };
      case 'reconnecting':
        this.state = 'reconnecting';
        return { type };
      case 'reconnected':
        this.state = 'connected';
        return { type };
      default:
        this.state = 'disconnected';
        return { type: 'disconnected', reason: 'the script said so' };
    }
  }
}

const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter(isText) : []);

function steps(value: unknown): readonly { readonly atMs: number; readonly type: string; readonly who: string | undefined }[] {
  return (Array.isArray(value) ? value.filter(isRecord) : []).flatMap(({ atMs, type, who }) =>
    isNumber(atMs) && isText(type) ? [{ atMs, type, who: isText(who) ? who : undefined }] : [],
  );
}

export const jobTransport: JobTransport = {
  async connect(connection, options) {
    const { refuse, token, joinAfterMs, isDeaf } = connection;
    if (isNumber(joinAfterMs)) await sleep(joinAfterMs, { clock: options.clock, ...(isDeaf === true ? {} : { signal: options.signal }) });
    if (isText(refuse)) throw new Error(`${refuse}: the token was ${isText(token) ? token : "absent"}`);
    options.logger.log('info', 'the scripted room was joined', { autoSubscribe: options.autoSubscribe });
    return new ScriptedRoom(connection, options);
  },
  async redispatch(connection) {
    if (connection['cannotAskAgain'] === true) throw new Error('the server is away');
  },
  async dispose() {},
};
