import type {
  ChatItem,
  RealtimeCapabilities,
  RealtimeConnection,
  RealtimeEvent,
  RealtimeModel,
  RealtimeRequest,
  ToolSpecification,
} from '@parley/core/provider';
import type { Subject } from '../../subject/subject.js';
import type { Reading } from '../../trial/reading.js';
import type { TrialCall } from '../../trial/trial-call.js';
import type { Trial } from '../../trial/trial.js';
import type { PlayedVendor, PlayOptions } from '../../wire/play-vendor.js';
import type { RealtimeHeard, RealtimeStep } from '../../wire/realtime-wire.js';
import type { VendorCall } from '../../wire/wire.js';

export type RealtimeTrial = Trial<'realtime-model'>;
export type AtVendor = VendorCall<RealtimeHeard, RealtimeStep>;
export type HeardType = RealtimeHeard['type'];
type Ability = {
  [Name in keyof RealtimeCapabilities]: RealtimeCapabilities[Name] extends boolean ? Name : never;
}[keyof RealtimeCapabilities];

export const noWire = ({ wire }: Subject<'realtime-model'>): string | undefined => (wire === undefined ? 'no wire' : undefined);
export const unless =
  (ability: Ability) =>
  (subject: Subject<'realtime-model'>): string | undefined =>
    noWire(subject) ?? (subject.declared.capabilities[ability] ? undefined : `${ability}: not declared`);
export const whereDeclared =
  (ability: Ability) =>
  (subject: Subject<'realtime-model'>): string | undefined =>
    noWire(subject) ?? (subject.declared.capabilities[ability] ? `${ability}: declared` : undefined);

export const bookTool: ToolSpecification = {
  name: 'book',
  description: 'Books a table.',
  parameters: { type: 'object', properties: { day: { type: 'string' } } },
};

export const message = (id: string, role: 'user' | 'assistant', text: string): ChatItem => ({
  type: 'message',
  role,
  id,
  createdAtMs: 0,
  content: [{ type: 'text', text }],
});

export interface Vendor {
  readonly vendor: PlayedVendor<RealtimeHeard>;
  readonly model: RealtimeModel;
  /** Its connections, in the order in which they came. */
  readonly calls: readonly AtVendor[];
  readonly heard: <Type extends HeardType>(type: Type) => readonly Extract<RealtimeHeard, { readonly type: Type }>[];
}

/** A vendor that is ready when it has heard the settings, and acknowledges updates, unless `onHeard` takes what is heard; and a model that was led to it. */
export async function serveModel(
  trial: RealtimeTrial,
  onHeard: (heard: RealtimeHeard, call: AtVendor) => boolean | Promise<boolean> = () => false,
  options: PlayOptions = {},
): Promise<Vendor> {
  const calls: AtVendor[] = [];
  const vendor = await trial.play(async (call) => {
    calls.push(call);
    for await (const heard of call.heard) {
      if (await onHeard(heard, call)) continue;
      if (heard.type === 'settings') await call.send({ type: 'ready' });
      if (heard.type === 'update') await call.send({ type: 'updated', reference: heard.reference });
    }
  }, options);
  const isOf =
    <Type extends HeardType>(type: Type) =>
    (heard: RealtimeHeard): heard is Extract<RealtimeHeard, { readonly type: Type }> =>
      heard.type === type;
  return { vendor, calls, model: await trial.create(vendor.settings), heard: (type) => vendor.heard.flat().filter(isOf(type)) };
}

export const request = (
  { capabilities }: RealtimeModel,
  more: Partial<RealtimeRequest> & Pick<RealtimeRequest, 'signal' | 'clock' | 'logger' | 'sessionId' | 'callId'>,
): RealtimeRequest => ({
  instructions: 'Be brief.',
  chat: [],
  tools: [],
  turnDetection: capabilities.turnDetection,
  ...more,
});

export interface Connected extends Vendor {
  readonly connection: RealtimeConnection;
  readonly call: TrialCall;
  readonly reading: Reading<RealtimeEvent>;
  /** What the vendor says on this connection. */
  readonly say: (...steps: readonly RealtimeStep[]) => Promise<void>;
}

/** The same, with a connection whose events are read; closed at the end of the trial. */
export async function connectModel(
  trial: RealtimeTrial,
  more: Partial<RealtimeRequest> = {},
  onHeard?: Parameters<typeof serveModel>[1],
): Promise<Connected> {
  return connectTo(trial, await serveModel(trial, onHeard), more);
}

export async function connectTo(trial: RealtimeTrial, vendor: Vendor, more: Partial<RealtimeRequest> = {}): Promise<Connected> {
  const call = trial.call();
  const index = vendor.calls.length;
  const connecting = vendor.model.connect(request(vendor.model, { ...call.options, ...more }));
  const connection = trial.own(await trial.settled('the connection', connecting));
  return {
    ...vendor,
    connection,
    call,
    reading: trial.read(connection.events),
    async say(...steps) {
      for (const step of steps) await vendor.calls[index]?.send(step);
    },
  };
}

export const eventsOf = <Type extends RealtimeEvent['type']>(
  { reading }: Pick<Connected, 'reading'>,
  type: Type,
): readonly Extract<RealtimeEvent, { readonly type: Type }>[] => {
  const isOf = (event: RealtimeEvent): event is Extract<RealtimeEvent, { readonly type: Type }> => event.type === type;
  return reading.events.filter(isOf);
};

/** A response of these parts, complete. */
export const response = (
  responseId: string,
  parts: readonly RealtimeStep[],
  start: { readonly reference?: string } = {},
): readonly RealtimeStep[] => [
  { type: 'response-start', responseId, ...start },
  ...parts,
  { type: 'response-end', responseId, status: 'completed', usage: { inputTokens: 7, outputTokens: 5 } },
];

/** How a promise came out; never rejects. */
export const outcomeOf = async <T>(promise: Promise<T>): Promise<{ readonly value: T } | { readonly error: unknown }> =>
  promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );

/** What it throws, or rejects with; undefined if it does neither. */
export async function thrownBy(act: () => unknown): Promise<unknown> {
  try {
    await act();
    return undefined;
  } catch (error) {
    return error;
  }
}
