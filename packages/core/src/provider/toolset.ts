import type { CallOptions } from './call-options.js';
import type { ContentPart } from './content-part.js';
import type { Json } from './json.js';
import type { Provider } from './provider.js';
import type { ToolMarks } from './tool-marks.js';
import type { ToolSpecification } from './tool-specification.js';

export interface ToolsetCapabilities {
  readonly listChanges: boolean;
  readonly progress: boolean;
}

/** A tool as a toolset lists it. */
export interface ListedTool extends ToolSpecification {
  /** How core is to treat its calls; without any they are waited for, and made once. */
  readonly marks?: ToolMarks;
}

export type ToolsetEvent = { readonly type: 'tools-change' };

/** A call that fails with `expired` is made once more on a new connection, by core. */
export interface ToolsetConnection extends AsyncDisposable {
  tools(): Promise<readonly ListedTool[]>;
  /** One reader. Throws when the connection is lost. */
  readonly events: AsyncIterable<ToolsetEvent>;
  call(request: {
    readonly name: string;
    readonly argumentsJson: string;
    readonly callId: string;
    readonly signal: AbortSignal;
    readonly onProgress?: (progress: { readonly done: number; readonly total?: number; readonly message?: string }) => void;
  }): Promise<{ readonly content: readonly ContentPart[]; readonly structured?: Json; readonly isError: boolean }>;
}

export interface Toolset extends Provider<'toolset', ToolsetCapabilities> {
  /** `signal` also ends the connection. */
  connect(options: CallOptions): Promise<ToolsetConnection>;
}
