export type { AppOptions } from './app-options.js';
export { runApp } from './run-app.js';
