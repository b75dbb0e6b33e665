import { offsetText } from '../call/offset-text.js';
import type { CallRecord } from '../call/call-record.js';
import { agentSpans, type StateSpan, userSpans } from '../call/state-spans.js';
import type { TranscriptEntry } from '../call/transcript-entry.js';
import { escapeHtml } from './escape-html.js';

type Placed = Pick<TranscriptEntry, 'startMs' | 'endMs'>;

/** Both waveforms, the states of both parties and the tools, one below the other on one time axis. */
export function timelineSection(record: CallRecord, entries: readonly TranscriptEntry[]): string {
  const percent = (offsetMs: number) => ((100 * offsetMs) / Math.max(1, record.durationMs)).toFixed(3);
  const place = ({ startMs, endMs }: Placed) => `left:${percent(startMs)}%;width:${percent(endMs - startMs)}%`;
  const messages = entries.filter((entry) => entry.type === 'message');
  return `<section class="timeline" aria-label="Timeline of the call">
<div class="labels" aria-hidden="true"><span class="label-caller">Caller</span><span class="label-state">state</span><span class="label-agent">Agent</span><span class="label-state">state</span><span class="label-tools">Tools</span></div>
<div class="viewport" id="viewport" tabindex="0" role="slider" aria-label="Position in the call" aria-valuemin="0" aria-valuemax="${(record.durationMs / 1000).toFixed(1)}" aria-valuenow="0" aria-valuetext="0:00.0">
<div class="track" id="track">
<div class="axis" id="axis"></div>
<canvas class="wave" id="wave-caller"></canvas>
<div class="lane lane-caller">${stateSpans(
    userSpans(record),
    messages.filter((entry) => entry.speaker === 'caller'),
    place,
  )}</div>
<canvas class="wave" id="wave-agent"></canvas>
<div class="lane lane-agent">${stateSpans(
    agentSpans(record),
    messages.filter((entry) => entry.speaker === 'agent'),
    place,
  )}</div>
<div class="lane lane-tools">${toolPills(entries, record.durationMs, percent)}</div>
${messages
  .filter((entry) => entry.interrupted)
  .map((entry) => `<div class="cut" style="left:${percent(entry.endMs)}%"><span>interrupted</span></div>`)
  .join('\n')}
<div class="cursor" id="cursor"></div>
</div>
</div>
</section>`;
}

function stateSpans(
  spans: readonly StateSpan<string>[],
  messages: readonly (Placed & { readonly text: string })[],
  place: (span: Placed) => string,
): string {
  return spans
    .filter((span) => span.state !== 'listening')
    .map((span) => {
      const words =
        span.state === 'speaking'
          ? messages.find((message) => message.startMs < span.endMs && message.endMs > span.startMs)?.text
          : undefined;
      const title = `${span.state}, ${offsetText(span.startMs)} to ${offsetText(span.endMs)}`;
      return `<i class="${span.state}" style="${place(span)}" title="${title}"><span>${escapeHtml(words ?? '')}</span></i>`;
    })
    .join('');
}

/** Each name has the room up to the next call: tools take milliseconds, their names do not. */
function toolPills(entries: readonly TranscriptEntry[], durationMs: number, percent: (offsetMs: number) => string): string {
  const tools = entries.filter((entry) => entry.type === 'tool');
  return tools
    .map((tool, index) => {
      const room = (tools[index + 1]?.startMs ?? durationMs) - tool.startMs;
      const title = `${tool.call} → ${tool.output}`;
      return `<b class="${tool.isError ? 'pill failed' : 'pill'}" style="left:${percent(tool.startMs)}%;max-width:${percent(room)}%" title="${escapeHtml(title)}">${escapeHtml(tool.call)}</b>`;
    })
    .join('');
}
