/**
 * Elements of WebM that are looked at, by their ids: RFC 9559 (Matroska). What browsers record has one track, and its blocks lie in clusters of
 * a length that was not known when they were begun.
 */
const ids = { segment: 0x18_53_80_67, cluster: 0x1f_43_b6_75, blockGroup: 0xa0, simpleBlock: 0xa3, block: 0xa1 } as const;
const containers: ReadonlySet<number> = new Set([ids.segment, ids.cluster, ids.blockGroup]);
/** Track number (one byte for those below 128), time code (two) and flags (one) stand before the frame: RFC 9559, section 10.1. */
const blockHeaderBytes = 4;
/** Of the flags: several frames in one block, which browsers do not write. */
const lacing = 0x06;

/** Whether bytes begin as EBML does, of which WebM is made: RFC 8794, section 8.1. */
export const isWebM = (bytes: Uint8Array): boolean => bytes[0] === 0x1a && bytes[1] === 0x45 && bytes[2] === 0xdf && bytes[3] === 0xa3;

/** The Opus packets in a recording of `MediaRecorder`, `audio/webm;codecs=opus`, in order. One that was cut short ends with its last whole packet. */
export function opusPackets(webm: Uint8Array): Uint8Array[] {
  const packets: Uint8Array[] = [];
  let at = 0;
  while (at < webm.length) {
    const id = readNumber(webm, at, 'with-marker');
    const size = id === undefined ? undefined : readNumber(webm, id.end, 'value');
    if (id === undefined || size === undefined) break;
    at = size.end;
    // What holds others is gone into: its end does not matter, nor whether it is known.
    if (containers.has(id.value)) continue;
    const end = at + size.value;
    if (end > webm.length) break;
    if (id.value === ids.simpleBlock || id.value === ids.block) {
      const flags = webm[at + blockHeaderBytes - 1] ?? 0;
      if ((flags & lacing) === 0) packets.push(webm.subarray(at + blockHeaderBytes, end));
    }
    at = end;
  }
  return packets;
}

/** A variable-size integer: RFC 8794, section 4. The zeros before its first one bit say how many bytes follow. */
function readNumber(bytes: Uint8Array, at: number, form: 'with-marker' | 'value'): { value: number; end: number } | undefined {
  const first = bytes[at];
  if (first === undefined || first === 0) return undefined;
  const length = Math.clz32(first) - 23;
  if (at + length > bytes.length) return undefined;
  let value = form === 'value' ? first - 2 ** (8 - length) : first;
  for (let index = 1; index < length; index += 1) value = value * 256 + (bytes[at + index] ?? 0);
  return { value, end: at + length };
}
