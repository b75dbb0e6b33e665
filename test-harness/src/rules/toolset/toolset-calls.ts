import type { ContentPart, Toolset, ToolsetConnection, ToolSpecification } from '@parley/core/provider';
import type { Subject } from '../../subject/subject.js';
import type { TrialCall } from '../../trial/trial-call.js';
import type { Trial } from '../../trial/trial.js';
import type { PlayedVendor, PlayOptions } from '../../wire/play-vendor.js';
import type { ToolsetHeard, ToolsetStep } from '../../wire/toolset-wire.js';
import type { VendorCall } from '../../wire/wire.js';

export type ToolsetTrial = Trial<'toolset'>;
export type CallRequest = Parameters<ToolsetConnection['call']>[0];
export type AtVendor = VendorCall<ToolsetHeard, ToolsetStep>;
export type Answer = (heard: ToolsetHeard, call: AtVendor) => Promise<void> | void;

export const noWire = ({ wire }: Subject<'toolset'>): string | undefined => (wire === undefined ? 'no wire' : undefined);

const tool = (name: string): ToolSpecification => ({
  name,
  description: `Does ${name}.`,
  parameters: { type: 'object', properties: { day: { type: 'string' } }, required: ['day'] },
});
/** More than fit a page. */
export const someTools: readonly ToolSpecification[] = ['look_up', 'book', 'cancel', 'move', 'say'].map(tool);
export const otherTools: readonly ToolSpecification[] = ['look_up', 'pay'].map(tool);

/** Lists some tools, and answers each call with what it was asked. */
export const answer: Answer = async (heard, call) => {
  if (heard.type === 'list') await call.send({ type: 'tools', reference: heard.reference, tools: someTools });
  if (heard.type === 'call')
    await call.send({
      type: 'result',
      reference: heard.reference,
      content: [text(`${heard.name} ${heard.argumentsJson}`)],
      isError: false,
    });
};

/** Lists the tools, and leaves calls without an answer. */
export const silent: Answer = (heard, call) => (heard.type === 'list' ? answer(heard, call) : undefined);

export const text = (words: string): ContentPart => ({ type: 'text', text: words });

export interface Server {
  readonly vendor: PlayedVendor<ToolsetHeard>;
  readonly toolset: Toolset;
  /** Its connections, in the order in which they came. */
  readonly calls: readonly AtVendor[];
  readonly heard: <Type extends ToolsetHeard['type']>(type: Type) => readonly Extract<ToolsetHeard, { readonly type: Type }>[];
}

/** A vendor that is ready at once and answers like this, and a toolset that was led to it. */
export async function serveTools(trial: ToolsetTrial, answers: Answer = answer, options: PlayOptions = {}): Promise<Server> {
  const calls: AtVendor[] = [];
  const vendor = await trial.play(async (call) => {
    calls.push(call);
    await call.send({ type: 'ready' });
    for await (const heard of call.heard) await answers(heard, call);
  }, options);
  const isOf =
    <Type extends ToolsetHeard['type']>(type: Type) =>
    (heard: ToolsetHeard): heard is Extract<ToolsetHeard, { readonly type: Type }> =>
      heard.type === type;
  return { vendor, calls, toolset: await trial.create(vendor.settings), heard: (type) => vendor.heard.flat().filter(isOf(type)) };
}

export interface Connected extends Server {
  readonly connection: ToolsetConnection;
  readonly call: TrialCall;
  readonly request: (more?: Partial<CallRequest>) => CallRequest;
}

/** The same, with a connection; closed at the end of the trial. */
export async function connectTools(trial: ToolsetTrial, answers: Answer = answer): Promise<Connected> {
  const server = await serveTools(trial, answers);
  const call = trial.call();
  const connection = trial.own(await trial.settled('the connection', server.toolset.connect(call.options)));
  return { ...server, connection, call, request: callRequest };
}

let made = 0;

export const callRequest = (more: Partial<CallRequest> = {}): CallRequest => ({
  name: 'look_up',
  argumentsJson: '{"day":"Friday"}',
  callId: `call_${(made += 1)}`,
  signal: new AbortController().signal,
  ...more,
});

/** How a promise came out; never rejects. */
export const outcomeOf = async <T>(promise: Promise<T>): Promise<{ readonly value: T } | { readonly error: unknown }> =>
  promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
