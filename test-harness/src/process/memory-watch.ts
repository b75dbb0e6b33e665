import { readFile } from 'node:fs/promises';

const lookEveryMs = 200;

/** Memory that a process holds, heap and buffers together; undefined where the system does not tell (it does on Linux). */
async function residentBytes(pid: number): Promise<number | undefined> {
  try {
    const pages = Number((await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ')[1]);
    return pages * 4096;
  } catch {
    return undefined;
  }
}

/** Looks at a process again and again, and tells once if it holds more. */
export function watchMemory(pid: number, limitMb: number, onExceeded: () => void): Disposable {
  const look = async () => {
    if (((await residentBytes(pid)) ?? 0) <= limitMb * 1024 * 1024) return;
    clearInterval(timer);
    onExceeded();
  };
  const timer = setInterval(() => void look(), lookEveryMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
