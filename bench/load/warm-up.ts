import { startFakeCall } from './fake-call.js';
import { pushTogether, type Stretch } from './push-together.js';

const calls = 50;
const turns = 20;
const turn: readonly Stretch[] = [
  { frames: 5, isVoiced: true },
  { frames: 5, isVoiced: false },
];

/** A thousand turns as fast as they go, after which V8 has compiled what runs often: a process that serves calls is in that state. */
export async function warmUp(): Promise<void> {
  const running = await Promise.all(Array.from({ length: calls }, () => startFakeCall({ output: 'instant' })));
  await pushTogether(running, Array.from({ length: turns }, () => turn).flat());
  await Promise.all(running.map((call) => call.close()));
}
