import {
  APIError,
  isAPIError,
  type RealtimeCapabilities,
  type RealtimeConnection,
  type RealtimeEvent,
  type RealtimeModel,
  type RealtimeRequest,
} from '@parley/core/provider';
import { createReferenceRealtime } from '../reference/realtime-model/reference-realtime.js';
import { referenceRealtimeWire } from '../reference/realtime-model/reference-realtime-wire.js';
import type { RuleId } from '../rules/rule.js';
import { mapped } from './mapped.js';
import type { Mutant } from './mutant.js';

/** The reference, with other members. */
export const modelWith = (
  caughtBy: RuleId,
  name: string,
  change: (model: RealtimeModel) => Partial<RealtimeModel>,
): Mutant<'realtime-model'> => ({
  kind: 'realtime-model',
  caughtBy,
  name,
  wire: referenceRealtimeWire,
  create(settings) {
    const model = createReferenceRealtime(settings);
    return { ...model, ...change(model) };
  },
});

/** With other connections. */
export const connectionWith = (
  caughtBy: RuleId,
  name: string,
  change: (connection: RealtimeConnection, request: RealtimeRequest) => Partial<RealtimeConnection>,
): Mutant<'realtime-model'> =>
  modelWith(caughtBy, name, (model) => ({
    async connect(request) {
      const connection = await model.connect(request);
      return { ...members(connection), ...change(connection, request) };
    },
  }));

/** With other events. */
export const telling = (
  caughtBy: RuleId,
  name: string,
  change: () => (event: RealtimeEvent) => RealtimeEvent | readonly RealtimeEvent[],
): Mutant<'realtime-model'> => connectionWith(caughtBy, name, (connection) => ({ events: mapped(connection.events, change()) }));

/** That is asked for something else when it connects. */
export const asking = (caughtBy: RuleId, name: string, change: (request: RealtimeRequest) => RealtimeRequest): Mutant<'realtime-model'> =>
  modelWith(caughtBy, name, (model) => ({ connect: (request) => model.connect(change(request)) }));

/** That fails to connect in another way. */
export const failing = (caughtBy: RuleId, name: string, change: (error: APIError) => unknown): Mutant<'realtime-model'> =>
  modelWith(caughtBy, name, (model) => ({
    async connect(request) {
      try {
        return await model.connect(request);
      } catch (error) {
        throw isAPIError(error) ? change(error) : error;
      }
    },
  }));

/** Not declared, and swallowed in silence. */
export const swallowing = (caughtBy: RuleId, name: string, ability: Partial<RealtimeCapabilities>): Mutant<'realtime-model'> => ({
  kind: 'realtime-model',
  caughtBy,
  name,
  wire: referenceRealtimeWire,
  create(settings) {
    // It can all that it does not declare.
    const model = createReferenceRealtime(settings);
    return { ...model, capabilities: { ...model.capabilities, ...ability } };
  },
});

export const otherError = (error: APIError, change: Partial<APIError>): APIError =>
  new APIError('changed', { kind: error.kind, provider: 'reference', retryable: error.retryable, ...change });

/** As an object of its own, to be changed. */
export const members = (connection: RealtimeConnection): RealtimeConnection => ({
  events: connection.events,
  sendAudio: (frame) => connection.sendAudio(frame),
  commitAudio: () => connection.commitAudio(),
  clearAudio: () => connection.clearAudio(),
  sendImage: (image) => connection.sendImage(image),
  sendToolOutput: (output) => connection.sendToolOutput(output),
  generateReply: (request) => connection.generateReply(request),
  interrupt: () => connection.interrupt(),
  truncate: (item) => connection.truncate(item),
  updateInstructions: (instructions) => connection.updateInstructions(instructions),
  updateTools: (tools) => connection.updateTools(tools),
  updateChat: (chat) => connection.updateChat(chat),
  updateOptions: (options) => connection.updateOptions(options),
  [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
});

/** That takes messages which it does not know for faults. */
export const strictModel = (caughtBy: RuleId, name: string): Mutant<'realtime-model'> => ({
  kind: 'realtime-model',
  caughtBy,
  name,
  wire: referenceRealtimeWire,
  create: (settings) =>
    createReferenceRealtime(settings, {}, (type) => {
      throw new APIError(`what is ${String(type)}?`, { kind: 'protocol', provider: 'reference', retryable: false });
    }),
});
