/** Something that lasts, from one time to another; without a label a mere line. */
export interface TrackSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly label?: string;
}

/** Something that happens; its label stands from that time on. */
export interface TrackPoint {
  readonly atMs: number;
  readonly label: string;
}

/** One line of a diagram. What is on it does not overlap. */
export interface Track {
  readonly name: string;
  readonly spans?: readonly TrackSpan[];
  readonly points?: readonly TrackPoint[];
}

/** So much time is one character, unless labels need more room; a long time is shortened. */
const msPerCharacter = 150;
const widestGap = 16;

/** What has to fit between two times: so many characters. */
interface Room {
  readonly fromMs: number;
  readonly toMs: number;
  readonly width: number;
}

/**
 * Lines of text that show when what happened, one for each track, under a line with all times in milliseconds. Time goes from left to right,
 * and each time has a column of its own; the distances are only roughly to scale.
 */
export function drawTracks(tracks: readonly Track[]): string {
  const times = [...new Set(tracks.flatMap(timesOf))].toSorted((one, other) => one - other);
  const columns = columnsOf(times, tracks);
  const nameWidth = Math.max(2, ...tracks.map(({ name }) => name.length)) + 2;
  const place = (atMs: number): number => nameWidth + (columns.get(atMs) ?? 0);
  const axis = times.reduce((line, atMs) => line.padEnd(place(atMs)) + atMs, 'ms');
  const lines = tracks.map((track) => drawTrack(track, place));
  return [axis, ...lines].map((line) => line.trimEnd()).join('\n');
}

const timesOf = ({ spans = [], points = [] }: Track): number[] => [
  ...spans.flatMap(({ fromMs, toMs }) => [fromMs, toMs]),
  ...points.map(({ atMs }) => atMs),
];

function columnsOf(times: readonly number[], tracks: readonly Track[]): ReadonlyMap<number, number> {
  const rooms = tracks.flatMap((track) => roomsOf(track));
  const columns = new Map<number, number>();
  for (const [index, atMs] of times.entries()) {
    const beforeMs = times[index - 1];
    const gap = beforeMs === undefined ? 0 : Math.max(String(beforeMs).length + 2, Math.min(widestGap, (atMs - beforeMs) / msPerCharacter));
    const least = (columns.get(beforeMs ?? atMs) ?? 0) + Math.round(gap);
    const needed = rooms.filter(({ toMs }) => toMs === atMs).map(({ fromMs, width }) => (columns.get(fromMs) ?? 0) + width);
    columns.set(atMs, Math.max(least, ...needed));
  }
  return columns;
}

/** A span needs its label and its ends; what follows a label on its track needs the label to be over. */
function roomsOf(track: Track): Room[] {
  const { spans = [], points = [] } = track;
  const times = timesOf(track);
  const after = (atMs: number): number | undefined => times.filter((other) => other > atMs).toSorted((one, other) => one - other)[0];
  return [
    ...spans.map(({ fromMs, toMs, label = '' }) => ({ fromMs, toMs, width: label === '' ? 2 : label.length + 6 })),
    ...points.flatMap(({ atMs, label }) => {
      const toMs = after(atMs);
      return toMs === undefined ? [] : [{ fromMs: atMs, toMs, width: label.length + 3 }];
    }),
  ];
}

function drawTrack({ name, spans = [], points = [] }: Track, place: (atMs: number) => number): string {
  const pieces = [
    ...spans.map(({ fromMs, toMs, label = '' }) => ({ column: place(fromMs), text: line(place(toMs) - place(fromMs) + 1, label) })),
    ...points.map(({ atMs, label }) => ({ column: place(atMs), text: label })),
  ];
  return pieces
    .toSorted((one, other) => one.column - other.column)
    .reduce((drawn, { column, text }) => {
      // A label at the end of a span stands behind it.
      const start = drawn.length > column ? drawn.length + 1 : column;
      // A span that begins where another ends shares its end.
      const isJoined = drawn.length === column + 1 && text.startsWith('├');
      return isJoined ? `${drawn.slice(0, -1)}┼${text.slice(1)}` : drawn.padEnd(start) + text;
    }, name);
}

function line(width: number, label: string): string {
  const inside = Math.max(0, width - 2);
  if (label === '') return `├${'─'.repeat(inside)}┤`;
  const rest = inside - label.length - 2;
  const left = Math.floor(rest / 2);
  return `├${'─'.repeat(Math.max(0, left))} ${label} ${'─'.repeat(Math.max(0, rest - left))}┤`;
}
