import {
  APITimeoutError,
  type PluginSettings,
  type RealtimeCapabilities,
  type RealtimeConnection,
  type RealtimeModel,
  type RealtimeRequest,
} from '@parley/core/provider';
import { createDeferred, linkSignals, openSocket, withDeadline } from '@parley/core/provider-kit';
import { provider, unsupported } from '../reference-error.js';
import { heardItem } from './heard-item.js';
import { RealtimeLine } from './realtime-line.js';

/** From the open socket to the vendor's word that it is ready. */
const readyMs = 10_000;

const everything: RealtimeCapabilities = {
  audioInput: true,
  audioOutput: true,
  images: true,
  turnDetection: true,
  inputTranscripts: true,
  truncate: true,
  updates: Object.freeze(['instructions', 'tools', 'chat', 'options'] as const),
  perResponseToolChoice: true,
  repliesToToolOutput: false,
  inputSampleRate: 16_000,
  outputSampleRate: 24_000,
};

/**
 * The invented vendor's model that speaks.
 *
 * @param onUnknown What it does with messages that it does not know. Default: nothing; the vendor has learnt something new.
 */
export function createReferenceRealtime(
  settings: PluginSettings,
  abilities: Partial<RealtimeCapabilities> = {},
  onUnknown: (type: unknown) => void = () => {},
): RealtimeModel {
  const instance = linkSignals();
  const capabilities: RealtimeCapabilities = Object.freeze({ ...everything, ...abilities });
  return {
    specificationVersion: 1,
    kind: 'realtime-model',
    provider,
    model: 'speaker',
    capabilities,
    async connect(request) {
      if (request.turnDetection && !capabilities.turnDetection) throw unsupported('this model detects no turns: ask for none');
      const link = linkSignals(request.signal, instance);
      try {
        return await connect(
          { ...request, signal: link.signal },
          { settings, capabilities, onUnknown, onClosed: () => link[Symbol.dispose]() },
        );
      } catch (error) {
        link[Symbol.dispose]();
        throw error;
      }
    },
    prewarm: async ({ signal }) => signal.throwIfAborted(),
    close: async () => instance.abort(),
  };
}

interface Parts {
  readonly settings: PluginSettings;
  readonly capabilities: RealtimeCapabilities;
  readonly onUnknown: (type: unknown) => void;
  readonly onClosed: () => void;
}

async function connect(request: RealtimeRequest, { settings, capabilities, onUnknown, onClosed }: Parts): Promise<RealtimeConnection> {
  const { signal, clock, instructions, tools, chat, voice, turnDetection } = request;
  const { baseUrl = '', apiKey = '' } = settings;
  const secrets = [apiKey];
  const url = `${baseUrl.replace(/^http/, 'ws')}/v1/realtime?model=speaker`;
  const socket = await openSocket({ url, headers: { authorization: `Bearer ${apiKey}` }, signal, clock, provider, secrets });
  const ready = createDeferred<void>();
  // Of whoever does not wait any more it is nobody's failure.
  ready.promise.catch(() => {});
  const line = new RealtimeLine(socket, { capabilities, secrets, signal, clock, chat, onReady: ready.resolve, onUnknown });
  void line.over.then((error) => {
    onClosed();
    ready.reject(signal.aborted ? signal.reason : error);
  });
  const items = chat.flatMap(heardItem);
  socket.send(JSON.stringify({ type: 'settings', instructions, tools, chat: items, voice, turnDetection }));
  try {
    const onTimeout = () => new APITimeoutError(`the vendor was not ready within ${readyMs} ms`, { provider });
    await withDeadline(ready.promise, { clock, timeoutMs: readyMs, onTimeout });
    return line;
  } catch (error) {
    await line[Symbol.asyncDispose]();
    throw error;
  }
}
