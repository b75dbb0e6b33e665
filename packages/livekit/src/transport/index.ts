export { jobTransport } from './job-transport.js';
