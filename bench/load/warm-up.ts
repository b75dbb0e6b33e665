import type { Subject } from '../subject.js';
import { pushTogether, type Stretch } from './push-together.js';

const turn: readonly Stretch[] = [
  { frames: 5, isVoiced: true },
  { frames: 5, isVoiced: false },
];

/** Turns as fast as they go, after which V8 has compiled what runs often: a process that serves calls is in that state. */
export async function warmUp({ startCall, sizes }: Subject): Promise<void> {
  const { calls, turns } = sizes.warmUp;
  const running = await Promise.all(Array.from({ length: calls }, () => startCall({ output: 'instant' })));
  await pushTogether(running, Array.from({ length: turns }, () => turn).flat());
  await Promise.all(running.map((call) => call.close()));
}
