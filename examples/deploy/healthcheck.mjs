// Whether the worker of this container is alive: ends with 0 or 1. Not whether it takes calls, for a full worker, or one that drains, is
// healthy, and what an orchestrator restarts loses its calls.
import { get } from 'node:http';

const port = process.env.PORT ?? '8081';
process.exitCode = 1;
const request = get({ host: '127.0.0.1', port, path: '/healthz', timeout: 4000 }, (response) => {
  response.resume();
  if (response.statusCode === 200) process.exitCode = 0;
});
request.on('timeout', () => request.destroy());
request.on('error', () => {});
