import type { Json } from './json.js';

export interface Logger {
  log(level: 'debug' | 'info' | 'warn' | 'error', message: string, fields?: Readonly<Record<string, Json>>): void;
}
