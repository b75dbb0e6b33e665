import type { JobContext } from './job-context.js';
import type { JobProcess } from './job-process.js';

const brand = Symbol.for('parley.agent-definition');

/** What an agent's module gives. All of it runs where the jobs run, not in the worker's own process. */
export interface AgentFunctions<Data extends object = Record<string, unknown>> {
  /** Once per process, before `prewarm`: for what the process as a whole needs, such as tracing. */
  initializeProcess?(process: JobProcess<Partial<Data>>): unknown;
  /**
   * Once per process, before its first job: loads what is slow to load. What it puts into `process.userData`, or returns, each job finds in
   * `context.process.userData`. Together with loading the module it has `initializeTimeoutMs`.
   */
  prewarm?(process: JobProcess<Partial<Data>>): Data | void | Promise<Data | void>;
  /**
   * One job. It may return as soon as all is set up: the job goes on until the call ends or `context.shutdown` is called. If it throws, the
   * job has failed.
   */
  entry(context: JobContext<Data>): unknown;
}

export interface AgentDefinition<Data extends object = Record<string, unknown>> extends AgentFunctions<Data> {
  readonly [brand]: true;
}

/** An agent, whatever its `prewarm` leaves. */
export type AnyAgent = AgentDefinition<object>;

/**
 * The default export of an agent's module.
 *
 * ```ts
 * export default defineAgent({
 *   prewarm: async () => ({ vad: await loadVad() }),
 *   entry: async (context) => {
 *     await context.connect();
 *     // context.process.userData.vad
 *   },
 * });
 * ```
 *
 * @throws {TypeError} Something is no function, or unknown: names it.
 */
export function defineAgent<Data extends object = Record<string, unknown>>(functions: AgentFunctions<Data>): AgentDefinition<Data> {
  const fault = functionsFault(functions);
  if (fault !== undefined) throw new TypeError(`defineAgent: ${fault}`);
  return Object.freeze({ ...functions, [brand]: true as const });
}

/** Known by its brand, so that two installed copies of core do not matter. */
export const isAgentDefinition = (value: unknown): value is AnyAgent =>
  typeof value === 'object' && value !== null && brand in value && 'entry' in value && typeof value.entry === 'function';

const names = ['initializeProcess', 'prewarm', 'entry'];

function functionsFault(functions: unknown): string | undefined {
  if (typeof functions !== 'object' || functions === null) return 'give an object with at least "entry"';
  const given: readonly (readonly [string, unknown])[] = Object.entries(functions);
  const unknown = given.find(([name]) => !names.includes(name));
  if (unknown !== undefined) return `there is no "${unknown[0]}"; known are ${names.join(', ')}`;
  const wrong = given.find(([, value]) => value !== undefined && typeof value !== 'function');
  if (wrong !== undefined) return `"${wrong[0]}" must be a function`;
  return Object.hasOwn(functions, 'entry') ? undefined : '"entry" is missing: the function that takes a job';
}
