import {
  APITimeoutError,
  type CallOptions,
  type PluginSettings,
  type Toolset,
  type ToolsetCapabilities,
  type ToolsetConnection,
} from '@parley/core/provider';
import { createDeferred, linkSignals, openSocket, withDeadline } from '@parley/core/provider-kit';
import { provider } from '../reference-error.js';
import { ToolsLine } from './tools-line.js';

/** From the open socket to the vendor's word that it is ready. */
const readyMs = 10_000;

export interface ReferenceToolsetAbilities {
  readonly listChanges?: boolean;
  readonly progress?: boolean;
  /** What it does with messages that it does not know. Default: nothing. */
  readonly onUnknown?: (type: unknown) => void;
}

/** The tools of the invented vendor. */
export function createReferenceToolset(
  settings: PluginSettings,
  { listChanges = true, progress = true, onUnknown }: ReferenceToolsetAbilities = {},
): Toolset {
  const instance = linkSignals();
  const capabilities: ToolsetCapabilities = Object.freeze({ listChanges, progress });
  return {
    specificationVersion: 1,
    kind: 'toolset',
    provider,
    model: 'tools',
    capabilities,
    async connect(options) {
      const link = linkSignals(options.signal, instance);
      try {
        return await connect(
          { ...options, signal: link.signal },
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
  readonly capabilities: ToolsetCapabilities;
  readonly onUnknown: ((type: unknown) => void) | undefined;
  readonly onClosed: () => void;
}

async function connect({ signal, clock }: CallOptions, { settings, capabilities, onUnknown, onClosed }: Parts): Promise<ToolsetConnection> {
  const { baseUrl = '', apiKey = '' } = settings;
  const secrets = [apiKey];
  const url = `${baseUrl.replace(/^http/, 'ws')}/v1/tools`;
  const socket = await openSocket({ url, headers: { authorization: `Bearer ${apiKey}` }, signal, clock, provider, secrets });
  const ready = createDeferred<void>();
  const line = new ToolsLine(socket, { capabilities, secrets, signal, onReady: ready.resolve, onUnknown });
  // Of whoever does not wait any more it is nobody's failure.
  ready.promise.catch(() => {});
  void line.over.then((error) => {
    onClosed();
    ready.reject(signal.aborted ? signal.reason : error);
  });
  try {
    const onTimeout = () => new APITimeoutError(`the vendor was not ready within ${readyMs} ms`, { provider });
    await withDeadline(ready.promise, { clock, timeoutMs: readyMs, onTimeout });
    return line;
  } catch (error) {
    await line[Symbol.asyncDispose]();
    throw error;
  }
}
