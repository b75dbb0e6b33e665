// A caller in a process of their own, who speaks half of each two seconds until the process ends: `node speaking-caller.ts URL TOKEN`.
import { Room } from '@livekit/rtc-node';
import { after } from '../room/__fixtures__/room-trial.js';
import { TrialCaller } from '../room/__fixtures__/trial-caller.js';
import { roomOptions } from '../transport/room-options.js';

async function call(url: string, token: string): Promise<never> {
  const caller = new TrialCaller(new Room());
  await caller.room.connect(url, token, roomOptions({ autoSubscribe: 'all' }));
  await caller.publish();
  for (;;) {
    await caller.speak(1000);
    await after(2000);
  }
}

process.once('disconnect', () => process.exit());
const [, , url = '', token = ''] = process.argv;
void call(url, token);
