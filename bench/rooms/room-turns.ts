import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchRow } from '../bench-row.js';
import type { MeasureInRoomsOptions } from '../measurement.js';
import { percentile } from '../statistics.js';
import { BenchRooms } from './bench-rooms.js';
import { endRoomCalls, startRoomCall } from './room-calls.js';
import type { RoomCaller } from './room-caller.js';
import { SubjectWorker } from './subject-worker.js';

const minInterruptionMs = 100;
/** So long that silence and the next reply are told apart. */
const speechMs = 700;
const betweenMs = 800;
const silenceMs = 100;
const answerMs = 5000;
const pieceMs = 10;

/**
 * As the caller hears it, in a room of the server: from the end of what they say to the first of the agent's voice; and, speaking into that,
 * from so much speech as interrupts to the last of the voice. Whatever the caller's own microphone and ears take is in both.
 */
export async function measureRoomTurns({ isQuick, subject }: MeasureInRoomsOptions): Promise<readonly BenchRow[]> {
  const turns = isQuick ? 12 : 60;
  const rooms = new BenchRooms();
  await using worker = await SubjectWorker.start({ subject, idleProcesses: 1, jobsPerProcess: 1 });
  const call = await startRoomCall(rooms, { agentName: worker.agentName, order: { minInterruptionMs, replyFrames: 500 } });
  const answers: number[] = [];
  const silences: number[] = [];
  // The caller's track has to arrive first, and code to be compiled: the first two turns are left out.
  for (let turn = -2; turn < turns; turn += 1) {
    const { silence, answer } = await oneTurn(call.caller);
    if (turn >= 0 && answer !== undefined) answers.push(answer);
    if (turn >= 0 && silence !== undefined) silences.push(silence);
    await sleep(betweenMs);
  }
  await endRoomCalls(rooms, [call]);
  return [...rowsOf('end of speech -> agent heard', answers, turns), ...rowsOf('speech that interrupts -> silence heard', silences, turns)];
}

function rowsOf(what: string, figures: readonly number[], turns: number): readonly BenchRow[] {
  const failed: BenchRow = { what: `${what}: turns in which it was not`, figures: [turns - figures.length], unit: 'turns' };
  if (figures.length === 0) return [failed];
  return [
    { what: `${what}, p50`, figures: [percentile(figures, 0.5)], unit: 'ms' },
    { what: `${what}, p90`, figures: [percentile(figures, 0.9)], unit: 'ms' },
    failed,
  ];
}

/** The caller speaks: what the agent says is cut off, if it speaks, and then the caller is answered. */
async function oneTurn(caller: RoomCaller): Promise<{ readonly silence: number | undefined; readonly answer: number | undefined }> {
  const { heard } = caller;
  const wasSpeaking = heard.slice(-5).some(({ isLoud }) => isLoud);
  const { fromMs, toMs } = await caller.speak(speechMs);
  const decidedMs = fromMs + minInterruptionMs;
  const lateMs = performance.now() + answerMs;
  while (performance.now() < lateMs) {
    const silentMs = wasSpeaking ? silentFrom(caller, decidedMs) : decidedMs;
    const answered = silentMs === undefined ? undefined : heard.find(({ atMs, isLoud }) => isLoud && atMs > Math.max(silentMs, toMs));
    if (silentMs !== undefined && answered !== undefined)
      return { silence: wasSpeaking ? silentMs - decidedMs : undefined, answer: answered.atMs - toMs };
    await sleep(5);
  }
  return { silence: undefined, answer: undefined };
}

/** When the voice was last heard, before the first pause of 100 ms after this moment. */
function silentFrom({ heard }: RoomCaller, afterMs: number): number | undefined {
  let quiet = 0;
  for (let index = heard.findIndex(({ atMs }) => atMs > afterMs); index >= 0 && index < heard.length; index += 1) {
    quiet = heard[index]?.isLoud === true ? 0 : quiet + pieceMs;
    if (quiet >= silenceMs) return heard[index - silenceMs / pieceMs + 1]?.atMs;
  }
  return undefined;
}
