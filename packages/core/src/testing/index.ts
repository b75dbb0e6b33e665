export { VirtualClock } from '../time/virtual-clock.js';
