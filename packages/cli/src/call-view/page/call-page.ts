import { callLatencies } from '../call/call-latencies.js';
import { type CallRecord, offsetOf } from '../call/call-record.js';
import { callerWords } from '../call/caller-words.js';
import { callSummary } from '../call/call-summary.js';
import { offsetText } from '../call/offset-text.js';
import { transcriptEntries } from '../call/transcript-entries.js';
import type { TranscriptEntry } from '../call/transcript-entry.js';
import type { TurnLatency } from '../call/turn-latency.js';
import { escapeHtml, scriptJson } from './escape-html.js';
import { type LatencyRow, latencySection } from './latency-section.js';
import type { PageAssets } from './page-assets.js';
import { timelineSection } from './timeline-section.js';
import { transcriptSection } from './transcript-section.js';
import type { WavPeaks } from './wav-peaks.js';

/** Where the page finds the recording. */
export type PageAudio =
  | { readonly type: 'embedded'; readonly base64: string }
  /** Too large to embed: a file in the page's own folder. */
  | { readonly type: 'file'; readonly name: string };

export interface CallPageOptions {
  readonly title: string;
  readonly record: CallRecord;
  readonly peaks: WavPeaks;
  readonly audio: PageAudio;
  readonly assets: PageAssets;
  /** Shown under the figures: what a reader of them must know. */
  readonly note?: string;
}

/** The page of a call: one self-contained HTML document, which needs no network. Nothing that a caller or a tool said is markup in it. */
export function callPage({ title, record, peaks, audio, assets, note }: CallPageOptions): string {
  const entries = transcriptEntries(record);
  const rows = callLatencies(record.events).map((latency) => ({ latency, title: replyTitle(latency, record, entries) }));
  const data = {
    durationMs: record.durationMs,
    peaksPerSecond: peaks.peaksPerSecond,
    caller: base64(peaks.left),
    agent: base64(peaks.right),
  };
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>
${assets.style}
</style>
</head>
<body>
<header>
<div><h1>${escapeHtml(title)}</h1><p class="summary">${callSummary(record)
    .map((part) => `<span>${escapeHtml(part)}</span>`)
    .join('')}</p></div>
${controls(record)}
</header>
<audio id="audio" preload="auto" src="${audio.type === 'embedded' ? `data:audio/wav;base64,${audio.base64}` : escapeHtml(encodeURIComponent(audio.name))}"></audio>
${audio.type === 'file' ? `<p class="beside">The recording is too long to lie inside this page: keep <code>${escapeHtml(audio.name)}</code> beside it.</p>` : ''}
<noscript><p class="beside">Playing and drawing the waveforms needs JavaScript; the transcript and the figures do not.</p></noscript>
<main>
${timelineSection(record, entries)}
<div class="columns">
${transcriptSection(entries)}
${latencySection(rows, note)}
</div>
</main>
<script type="application/json" id="call-data">${scriptJson(data)}</script>
<script>
${assets.script}
</script>
</body>
</html>
`;
}

function controls(record: CallRecord): string {
  return `<div class="controls" role="group" aria-label="Playback">
<button type="button" id="play" class="play" aria-label="Play"><svg viewBox="0 0 24 24" aria-hidden="true"><path class="icon-play" d="M8 5.2v13.6L19 12z"/><path class="icon-pause" d="M7 5h3.6v14H7zm6.4 0H17v14h-3.6z"/></svg></button>
<output id="clock">0:00.0</output><span class="of">/ ${offsetText(record.durationMs)}</span>
<span class="zoom" role="group" aria-label="Zoom"><button type="button" id="zoom-out" aria-label="Zoom out">−</button><button type="button" id="zoom-fit">fit</button><button type="button" id="zoom-in" aria-label="Zoom in">+</button></span>
</div>`;
}

/** The caller's words that a reply answers: those that ended where the reply's silence began. */
function replyTitle(latency: TurnLatency, record: CallRecord, entries: readonly TranscriptEntry[]): LatencyRow['title'] {
  if (latency.userStoppedAt === undefined) return '(on its own)';
  const stoppedMs = offsetOf(record, latency.userStoppedAt);
  let best: { readonly text: string; readonly distanceMs: number } | undefined;
  for (const entry of entries) {
    if (entry.type !== 'message' || entry.speaker !== 'caller') continue;
    const distanceMs = Math.abs(entry.endMs - stoppedMs);
    if (best === undefined || distanceMs < best.distanceMs) best = { text: entry.text, distanceMs };
  }
  return best === undefined ? '(unknown)' : shownWords(best.text);
}

function shownWords(transcript: string): string {
  const { text, isRemark } = callerWords(transcript);
  return isRemark ? `(${text})` : text;
}

function base64(peaks: Int8Array): string {
  return Buffer.from(peaks.buffer, peaks.byteOffset, peaks.byteLength).toString('base64');
}
