import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchRow } from './bench-row.js';
import type { MeasureOptions } from './measurement.js';
import { percentile } from './statistics.js';
import { bareSocket, type MeasuredStream, pluginWires } from './wires/measured-wire.js';

/** What a plugin may add to the time that a message takes over the same loopback. */
const atMostMs = { text: 1, audio: 2 } as const;
const pieces = { full: 3000, quick: 600 } as const;
/** Until code is compiled. */
const warmPieces = 200;
/** Between two pieces: so that none waits for the one before. */
const paceMs = 2;

/** From the vendor's saying something to the event of it, on one machine and in one process, over a bare socket in turns with each plugin. */
export async function measurePluginDelay({ isQuick }: MeasureOptions): Promise<readonly BenchRow[]> {
  const count = pieces[isQuick ? 'quick' : 'full'];
  const rows: BenchRow[] = [];
  for (const wire of pluginWires) {
    await using bareInstance = await bareSocket.start();
    await using instance = await wire.start();
    await using bare = await bareInstance.open();
    await using stream = await instance.open();
    const delaysMs = { bare: new Array<number>(), plugin: new Array<number>() };
    for (let index = -warmPieces; index < count; index += 1) {
      const [bareMs, pluginMs] = [await delayOf(bare), await delayOf(stream)];
      if (index >= 0) delaysMs.bare.push(bareMs);
      if (index >= 0) delaysMs.plugin.push(pluginMs);
      await sleep(paceMs);
    }
    const added = (share: number) => percentile(delaysMs.plugin, share) - percentile(delaysMs.bare, share);
    rows.push(
      { what: `${wire.name}: ${wire.of} said -> event, p50`, figures: [percentile(delaysMs.plugin, 0.5)], unit: 'ms' },
      { what: `${wire.name}: over a bare socket, p50`, figures: [added(0.5)], unit: 'ms' },
      { what: `${wire.name}: over a bare socket, p99`, figures: [added(0.99)], unit: 'ms', atMost: atMostMs[wire.of] },
    );
  }
  return rows;
}

async function delayOf(stream: MeasuredStream): Promise<number> {
  const arrived = new Promise<number>((resolve) => {
    stream.onPiece = () => resolve(performance.now());
  });
  const saidMs = performance.now();
  await stream.say();
  return (await arrived) - saidMs;
}
