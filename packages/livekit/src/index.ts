export type { AgentPermissions, LiveKitDispatcherOptions } from './dispatch/dispatcher-options.js';
export { livekitDispatcher } from './dispatch/livekit-dispatcher.js';
export { liveKitRoom } from './joined-room.js';
