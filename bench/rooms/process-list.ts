import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks of /proc: 100 a second on all that Node runs on. */
const tickMs = 10;

/** @throws {Error} The system has no /proc. */
export function checkProcessList(): void {
  if (textOf('/proc/self/stat') === undefined) throw new Error('memory and CPU of job processes are read from /proc, which only Linux has');
}

/** The processes that this one started, and those that they did. */
export function descendants(pid: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const parent = Number(statOf(Number(name))?.[1]);
    if (Number.isFinite(parent)) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const below = (one: number): number[] => (children.get(one) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(pid);
}

/** What it was started with; empty once it has ended. */
export const commandOf = (pid: number): string => textOf(`/proc/${pid}/cmdline`) ?? '';

/** It has ended, whether or not its parent has taken note. */
export function hasEnded(pid: number): boolean {
  const state = statOf(pid)?.[0];
  return state === undefined || state === 'Z';
}

/** CPU time of all its threads, in steps of 10 ms; 0 once it has ended. */
export function cpuMsOf(pid: number): number {
  const stat = statOf(pid);
  return (Number(stat?.[11] ?? 0) + Number(stat?.[12] ?? 0)) * tickMs;
}

export interface ProcessMemory {
  /** Resident, as tools show it: what several processes share counts in each. */
  readonly residentMb: number;
  /** Of what is shared only its part: sums over processes are right. */
  readonly shareMb: number;
}

/** @throws {Error} It has ended. */
export function memoryOf(pid: number): ProcessMemory {
  const memory = memoryIfThere(pid);
  if (memory === undefined) throw new Error(`the memory of process ${pid} cannot be read: it has ended`);
  return memory;
}

/** @returns Nothing if it has ended. */
export function memoryIfThere(pid: number): ProcessMemory | undefined {
  const text = textOf(`/proc/${pid}/smaps_rollup`);
  const kilobytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text ?? '')?.[1]);
  const [residentMb, shareMb] = [(kilobytes('Rss') * 1024) / 1e6, (kilobytes('Pss') * 1024) / 1e6];
  return Number.isFinite(residentMb) && Number.isFinite(shareMb) ? { residentMb, shareMb } : undefined;
}

/** Fields of its `stat`, from the state on; the name before them may hold anything. */
function statOf(pid: number): readonly string[] | undefined {
  const text = Number.isInteger(pid) && pid > 0 ? textOf(`/proc/${pid}/stat`) : undefined;
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}
