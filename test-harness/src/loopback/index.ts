export type { HttpExchange, VendorConnection, VendorFrame, VendorRequest, VendorSocket } from './vendor-connection.js';
