export type { AgentPermissions, LiveKitDispatcherOptions } from './dispatch/dispatcher-options.js';
export { livekitDispatcher } from './dispatch/livekit-dispatcher.js';
export { liveKitRoom } from './joined-room.js';
export type { NoiseCancellation, NoiseFilter } from './room/noise-cancellation.js';
export { publishAgentState, type PublishAgentStateOptions, type StatefulSession } from './room/publish-agent-state.js';
export { roomIO, type RoomIO } from './room/room-io.js';
export type { RoomCallerOptions, RoomInputOptions, RoomIOOptions, RoomOutputOptions } from './room/room-io-options.js';
export { callRpc, handleRpc, type RpcCall, type RpcRequest } from './room/room-rpc.js';
