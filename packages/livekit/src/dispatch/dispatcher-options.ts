/** What an agent may do in its room. Each default is what LiveKit gives where nothing is said. */
export interface AgentPermissions {
  /** Default true. */
  readonly canPublish?: boolean | null | undefined;
  /** Default true. */
  readonly canSubscribe?: boolean | null | undefined;
  /** Default true. */
  readonly canPublishData?: boolean | null | undefined;
  /** Its own name, metadata and attributes, its state among them. Default true. */
  readonly canUpdateMetadata?: boolean | null | undefined;
  /** Others in the room are not told of it. Default false. */
  readonly hidden?: boolean | null | undefined;
}

export interface LiveKitDispatcherOptions {
  /** Of the server: `wss://…`. Defaults to the environment variable `LIVEKIT_URL`. */
  readonly url?: string | null | undefined;
  /** Defaults to `LIVEKIT_API_KEY`. */
  readonly apiKey?: string | null | undefined;
  /** Defaults to `LIVEKIT_API_SECRET`. */
  readonly apiSecret?: string | null | undefined;
  /** Only jobs that name it are offered. Without one the worker is offered each new room that names no agent. */
  readonly agentName?: string | null | undefined;
  /** A job for each room (default), for each participant, or for each participant who publishes something. */
  readonly type?: 'room' | 'publisher' | 'participant' | null | undefined;
  /** Absent: all, and visible. */
  readonly permissions?: AgentPermissions | null | undefined;
  /** Attempts to connect in a row before the worker gives up, while it has never been registered: 1 and up, default 3. Once it has, it never gives up. */
  readonly maxRetry?: number | null | undefined;
  /** 0 to 1, for the chance in the waits between two attempts; by default the machine's. */
  readonly random?: (() => number) | null | undefined;
}

/** How the worker registers. */
export interface Registration {
  readonly agentName: string;
  readonly type: 'room' | 'publisher' | 'participant';
  readonly permissions: { readonly [Name in keyof AgentPermissions]-?: boolean } | undefined;
}

const types: readonly unknown[] = ['room', 'publisher', 'participant'];
const known = ['url', 'apiKey', 'apiSecret', 'agentName', 'type', 'permissions', 'maxRetry', 'random'];
const permissionNames = ['canPublish', 'canSubscribe', 'canPublishData', 'canUpdateMetadata', 'hidden'];

/** @throws {TypeError} An option cannot be: names it, and never its value if that may be a key. */
export function readRegistration(options: LiveKitDispatcherOptions): Registration {
  const fault = optionsFault(options);
  if (fault !== undefined) throw new TypeError(`livekitDispatcher: ${fault}`);
  const { agentName, type, permissions } = options;
  return { agentName: agentName ?? '', type: type ?? 'room', permissions: allPermissions(permissions ?? undefined) };
}

/** One that is left out is not refused: a message with only some of them would take the rest away. */
const allPermissions = (given: AgentPermissions | undefined): Registration['permissions'] =>
  given && {
    canPublish: given.canPublish ?? true,
    canSubscribe: given.canSubscribe ?? true,
    canPublishData: given.canPublishData ?? true,
    canUpdateMetadata: given.canUpdateMetadata ?? true,
    hidden: given.hidden ?? false,
  };

/** Those that say something. */
const given = (options: object): readonly (readonly [string, unknown])[] =>
  Object.entries(options).filter(([, value]) => value !== undefined && value !== null);

function optionsFault(options: LiveKitDispatcherOptions): string | undefined {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) return `there is no option ${JSON.stringify(unknown)}; known are ${known.join(', ')}`;
  return given(options)
    .map(([name, value]) => optionFault(name, value))
    .find((fault) => fault !== undefined);
}

function optionFault(name: string, value: unknown): string | undefined {
  switch (name) {
    case 'type':
      return types.includes(value) ? undefined : `type must be one of ${types.join(', ')}, not ${JSON.stringify(value)}`;
    case 'maxRetry':
      return Number.isInteger(value) && Number(value) >= 1
        ? undefined
        : `maxRetry must be a whole number from 1 on, not ${JSON.stringify(value)}`;
    case 'random':
      return typeof value === 'function' ? undefined : 'random must be a function';
    case 'permissions':
      return typeof value === 'object' && value !== null ? permissionsFault(value) : 'permissions must be an object';
    default:
      return typeof value === 'string' ? undefined : `${name} must be a text`;
  }
}

function permissionsFault(permissions: object): string | undefined {
  const unknown = Object.keys(permissions).find((name) => !permissionNames.includes(name));
  if (unknown !== undefined) return `there is no permission ${JSON.stringify(unknown)}; known are ${permissionNames.join(', ')}`;
  const wrong = given(permissions).find(([, value]) => typeof value !== 'boolean');
  return wrong === undefined ? undefined : `permissions.${wrong[0]} must be true or false`;
}
