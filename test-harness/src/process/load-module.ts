import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { shown } from '../rules/violation.js';

export type Loaded = { readonly type: 'loaded'; readonly exports: Readonly<Record<string, unknown>> } | LoadFault;

export interface LoadFault {
  readonly type: 'fault';
  readonly fault: 'user' | 'plugin';
  readonly message: string;
}

/** Imports a file. Whoever names one that is not there has used the kit wrongly; all else is the module's fault. */
export async function loadModule(url: string): Promise<Loaded> {
  const file = fileURLToPath(url);
  if (!existsSync(file))
    return { type: 'fault', fault: 'user', message: `there is no file ${file}: name the built module, such as ./dist/index.js` };
  try {
    const exports: unknown = await import(url);
    return { type: 'loaded', exports: { ...(typeof exports === 'object' ? exports : {}) } };
  } catch (error) {
    return {
      type: 'fault',
      fault: 'plugin',
      message: `importing ${file} failed with ${error instanceof Error ? `${error.name}: ${error.message}` : shown(error)}`,
    };
  }
}
