export { jobTransport } from './file-job-transport.js';
