import type { Measurement } from './measurement.js';

/** What is measured in rooms of a LiveKit server, in the order in which it runs. */
export const roomMeasurements: readonly Measurement[] = [
  {
    name: 'room-join',
    about: 'job offered -> agent in the room, one at a time and twenty at once, with warm processes',
    runs: { full: 1, quick: 1 },
    peerRuns: { full: 1, quick: 1 },
    loadInRooms: async () => (await import('./rooms/room-join.js')).measureRoomJoin,
  },
  {
    name: 'room-memory',
    about: 'memory of job processes: warm, in a call, and of ten calls',
    runs: { full: 3, quick: 1 },
    peerRuns: { full: 3, quick: 1 },
    loadInRooms: async () => (await import('./rooms/room-memory.js')).measureRoomMemory,
  },
  {
    name: 'room-turns',
    about: 'at the listener in a room: end of speech -> first of the agent; barge-in -> silence',
    runs: { full: 3, quick: 1 },
    peerRuns: { full: 3, quick: 1 },
    loadInRooms: async () => (await import('./rooms/room-turns.js')).measureRoomTurns,
  },
  {
    name: 'room-free',
    about: 'room of a call deleted -> its process has ended, or room for another call',
    runs: { full: 1, quick: 1 },
    peerRuns: { full: 1, quick: 1 },
    loadInRooms: async () => (await import('./rooms/room-free.js')).measureRoomFree,
  },
  {
    name: 'room-jobs',
    about: 'up to 1,000 jobs that join, publish and say a word, then the room is deleted: what memory grows by',
    runs: { full: 1, quick: 1 },
    peerRuns: { full: 1, quick: 1 },
    loadInRooms: async () => (await import('./rooms/room-jobs.js')).measureRoomJobs,
  },
  {
    name: 'room-cpu',
    about: 'CPU time of job processes by second and call, silent and talking',
    runs: { full: 2, quick: 1 },
    peerRuns: { full: 2, quick: 1 },
    loadInRooms: async () => (await import('./rooms/room-cpu.js')).measureRoomCpu,
  },
  {
    name: 'room-capacity',
    about: 'calls with audio that this machine holds, callers and server included: voice missing at the listeners',
    runs: { full: 1, quick: 1 },
    peerRuns: { full: 1, quick: 1 },
    loadInRooms: async () => (await import('./rooms/room-capacity.js')).measureRoomCapacity,
  },
];
