export { type Call, callStream } from './call-stream.js';
export { AbortError, isAbortError } from '../stream/abort-error.js';
export { Channel, type ChannelOptions, type FullPolicy } from '../stream/channel.js';
export { type LinkedSignal, linkSignals } from '../stream/linked-signal.js';
export { withDeadline } from '../stream/deadline.js';
export { createDeferred, type Deferred } from '../stream/deferred.js';
export { holdClock } from '../time/hold-clock.js';
export { realClock } from '../time/real-clock.js';
