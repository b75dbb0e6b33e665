export { type CallPaths, callPaths, EventLog, writeCallPage, type WrittenCall } from './call-files.js';
export { LivePrinter, type TextScreen } from './terminal/live-printer.js';
export { readWavPeaks, type WavPeaks } from './page/wav-peaks.js';
