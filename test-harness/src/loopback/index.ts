export type { LoopbackRecord, RecordedFrame, RecordedRequest } from './loopback-record.js';
export { type LoopbackOptions, type LoopbackServer, startLoopbackServer } from './loopback-server.js';
export { splitBytes, sseEvent } from './sse.js';
export type { HttpExchange, VendorConnection, VendorFrame, VendorRequest, VendorSocket } from './vendor-connection.js';
