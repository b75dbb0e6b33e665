export { liveKitRoom } from './joined-room.js';
