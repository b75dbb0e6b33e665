import { isRecord } from '../chat/plain-data.js';
import type { JobTransport } from '../provider/job-transport.js';
import { type AnyAgent, isAgentDefinition } from './define-agent.js';
import { errorStack } from './error-text.js';
import { WorkerError, type WorkerErrorCode } from './worker-error.js';

/** @throws {WorkerError} code `agent`: the module cannot be loaded, or its default export is no agent. */
export async function loadAgent(url: string): Promise<AnyAgent> {
  const exported = exportedAs(await load(url, 'agent'), 'default');
  const agent = [exported, exportedAs(exported, 'default')].find(isAgentDefinition);
  if (agent === undefined) throw new WorkerError('agent', `the module ${url} has no agent: write "export default defineAgent({ entry })"`);
  return agent;
}

/** @throws {WorkerError} code `transport`: the module cannot be loaded, or exports no `jobTransport`. */
export async function loadTransport(url: string): Promise<JobTransport> {
  const exported = exportedAs(await load(url, 'transport'), 'jobTransport');
  if (isTransport(exported)) return exported;
  throw new WorkerError('transport', `the module ${url} exports no "jobTransport"`);
}

async function load(url: string, code: WorkerErrorCode & ('agent' | 'transport')): Promise<unknown> {
  try {
    const module: unknown = await import(/* @vite-ignore */ url);
    return module;
  } catch (cause) {
    throw new WorkerError(code, `the module ${url} of the ${code} cannot be loaded: ${errorStack(cause)}`, { cause });
  }
}

const exportedAs = (module: unknown, name: string): unknown => (isRecord(module) ? module[name] : undefined);

const isTransport = (value: unknown): value is JobTransport =>
  isRecord(value) && typeof value['connect'] === 'function' && typeof value['dispose'] === 'function';
