import type { CallSituation } from './call-memory.js';
import type { Measurement } from './measurement.js';
import { roomMeasurements } from './room-measurements.js';

/** In the order in which they run. */
export const measurements: readonly Measurement[] = [
  {
    name: 'turn-overhead',
    about: 'one call in real time: frame that ends the turn -> first frame of the reply',
    runs: { full: 3, quick: 1 },
    peerRuns: { full: 3, quick: 1 },
    load: async () => (await import('./turn-overhead.js')).measureTurnOverhead,
  },
  {
    name: 'barge-in',
    about: 'one call in real time: frame that decides that the agent is interrupted -> output cleared',
    runs: { full: 3, quick: 1 },
    peerRuns: { full: 3, quick: 1 },
    load: async () => (await import('./barge-in.js')).measureBargeIn,
  },
  {
    name: 'turn-cpu',
    about: 'CPU time of a one-second turn, at 1, (10) and 50 calls, without the load driver',
    runs: { full: 3, quick: 1 },
    peerRuns: { full: 3, quick: 1 },
    load: async () => (await import('./turn-cpu.js')).measureTurnCpu,
  },
  {
    name: 'turn-load',
    about: 'turn overhead at 1, 10, 50, 200 and 500 calls with paced output, from when the frame was due',
    runs: { full: 3, quick: 1 },
    peerRuns: { full: 3, quick: 1 },
    load: async () => (await import('./turn-load.js')).measureTurnLoad,
  },
  {
    name: 'silero-load',
    about: 'the same with Silero on all audio of up to 500 calls, until it no longer holds',
    runs: { full: 3, quick: 1 },
    load: async () => (await import('./silero-load.js')).measureSileroLoad,
  },
  {
    name: 'import',
    about: 'each entry point of each package, over bare Node: time and memory',
    runs: { full: 1, quick: 1 },
    peerRuns: { full: 1, quick: 1 },
    load: async () => (await import('./import-entries.js')).measureImports,
  },
  {
    name: 'installed-size',
    about: 'what npm installs for core alone, and for an agent with rooms and three vendors',
    runs: { full: 1, quick: 1 },
    peerRuns: { full: 1, quick: 1 },
    load: async () => (await import('./installed-size.js')).measureInstalledSize,
  },
  {
    name: 'silero',
    about: 'Silero per window of 32 ms, at 1, 8 and 64 streams',
    runs: { full: 3, quick: 1 },
    load: async () => (await import('./silero.js')).measureSilero,
  },
  {
    name: 'plugin-delay',
    about: 'what a plugin adds between what its vendor says, played on loopback, and the event',
    runs: { full: 3, quick: 1 },
    load: async () => (await import('./plugin-delay.js')).measurePluginDelay,
  },
  {
    name: 'plugin-memory',
    about: '100 streams of a plugin at once, each in the midst of its answer: memory; and handshakes of one utterance after another',
    runs: { full: 3, quick: 1 },
    nodeFlags: ['--expose-gc', '--min-semi-space-size=16'],
    load: async () => (await import('./plugin-memory.js')).measurePluginMemory,
  },
  {
    name: 'scenarios',
    about: 'the scenarios of a session on the virtual clock: how long they take',
    runs: { full: 3, quick: 1 },
    load: async () => (await import('./scenario-suite.js')).measureScenarioSuite,
  },
  {
    name: 'demo',
    about: 'the front-desk demo in real time: end-of-turn decision -> first audio of the reply',
    runs: { full: 1, quick: 0 },
    load: async () => (await import('./demo-turns.js')).measureDemoTurns,
  },
  memoryOf('idle', 'each further call up to 500 (peer: 60), nobody speaking: memory'),
  memoryOf('user-speaking', 'each further call up to 500 (peer: 60), user speaking for 12 s: memory'),
  memoryOf('agent-speaking', 'each further call up to 500 (peer: 60), agent speaking, 10 s to play: memory'),
  {
    name: 'close',
    about: '10,000 calls (quick: 2,000; peer: as many as a minute allows) opened and closed: what they leave on the heap',
    runs: { full: 1, quick: 1 },
    peerRuns: { full: 1, quick: 1 },
    nodeFlags: ['--expose-gc'],
    load: async () => (await import('./closed-calls.js')).measureClosedCalls,
  },
  ...roomMeasurements,
];

function memoryOf(situation: CallSituation, about: string): Measurement {
  return {
    name: `memory-${situation}`,
    about,
    runs: { full: 5, quick: 1 },
    peerRuns: { full: 3, quick: 1 },
    nodeFlags: ['--expose-gc', '--min-semi-space-size=16'],
    load: async () => {
      const { measureCallMemory } = await import('./call-memory.js');
      return (options) => measureCallMemory(situation, options);
    },
  };
}
