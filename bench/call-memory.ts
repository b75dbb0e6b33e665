import type { BenchRow } from './bench-row.js';
import type { FakeTTSOptions } from './fakes/fake-tts.js';
import { fillYoungGeneration, type Memory, memoryAfterCollection } from './load/collect-garbage.js';
import type { BenchCall } from './load/bench-call.js';
import { pushTogether, type Stretch } from './load/push-together.js';
import { untilTrue } from './load/until-true.js';
import type { MeasureOptions } from './measurement.js';
import type { Subject } from './subject.js';

/** Two seconds of nothing said. */
const idle: readonly Stretch[] = [{ frames: 100, isVoiced: false }];
/** Longer than what is kept to be sent again to an STT that fails: 10 s. */
const userSpeaking: readonly Stretch[] = [...idle, { frames: 600, isVoiced: true }];
/** A turn, answered at once with 10 s of audio, of which next to nothing has been played. */
const agentSpeaking: readonly Stretch[] = [...idle, { frames: 50, isVoiced: true }, { frames: 10, isVoiced: false }];

const longReply = 'We are open from nine to five. On Sundays we are closed. The kitchen closes at four. You can book a table by telephone.';
const longVoice: FakeTTSOptions = { framesPerSegment: 125, ownsFrames: true };

/** What happens in the calls. Each is measured in a process of its own: what one has let go another would find ready. */
export type CallSituation = 'idle' | 'user-speaking' | 'agent-speaking';

const situations: Readonly<Record<CallSituation, { readonly stretches: readonly Stretch[]; readonly atMostMb: number }>> = {
  idle: { stretches: idle, atMostMb: 0.2 },
  'user-speaking': { stretches: userSpeaking, atMostMb: 1 },
  'agent-speaking': { stretches: agentSpeaking, atMostMb: 1 },
};

/** What each further call adds to the process, with real audio in memory of its own. */
export async function measureCallMemory(situation: CallSituation, { subject }: MeasureOptions): Promise<readonly BenchRow[]> {
  const { atMostMb } = situations[situation];
  const { firstCalls, furtherCalls } = subject.sizes.memory;
  const first = await startCalls(subject, firstCalls, situation);
  fillYoungGeneration();
  const before = await memoryAfterCollection();
  const further = await startCalls(subject, furtherCalls, situation);
  const after = await memoryAfterCollection();
  await Promise.all([...first, ...further].map((call) => call.close()));
  const perCall = (of: (memory: Memory) => number): number => (of(after) - of(before)) / furtherCalls;
  return [
    { what: 'resident memory of each further call', figures: [perCall(({ rssKb }) => rssKb) / 1000], unit: 'MB', atMost: atMostMb },
    { what: 'of it on the heap and in buffers', figures: [perCall(({ heapKb }) => heapKb) / 1000], unit: 'MB' },
  ];
}

/** Of a call that speaks, its reply; a call that is busy is measured while it is. */
const replyTimeoutMs = 60_000;

async function startCalls({ startCall }: Subject, count: number, situation: CallSituation): Promise<readonly BenchCall[]> {
  let replies = 0;
  const options = { output: 'paced', reply: longReply, voice: longVoice, onReply: () => void (replies += 1) } as const;
  const calls = await Promise.all(Array.from({ length: count }, () => startCall(options)));
  await pushTogether(calls, situations[situation].stretches);
  if (situation === 'agent-speaking') await untilTrue(() => replies >= count, { what: 'a reply of each call', timeoutMs: replyTimeoutMs });
  return calls;
}
