// @ts-check
import { InvalidRequest, serve } from '../worker-server.mjs';

/** @type {Promise<void> | undefined} */
let held;
let release = () => {};

serve(async (/** @type {string} */ request) => {
  if (request === 'refuse') throw new InvalidRequest('it cannot be done');
  if (request === 'crash') throw new Error('it broke');
  if (request === 'exit') process.exit(3);
  if (request === 'release') return release();
  if (request === 'hold') {
    held = new Promise((resolve) => {
      release = resolve;
    });
    await held;
  }
  return request;
});
