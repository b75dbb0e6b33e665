/** A time in a recording, as minutes, seconds and tenths: `1:02.5`. Cut, not rounded, as clocks do. */
export function offsetText(offsetMs: number): string {
  const tenths = Math.floor(Math.max(0, offsetMs) / 100);
  const minutes = Math.floor(tenths / 600);
  const seconds = Math.floor((tenths % 600) / 10);
  return `${minutes}:${String(seconds).padStart(2, '0')}.${tenths % 10}`;
}
